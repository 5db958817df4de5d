using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SshCore.Channels;
using SshCore.Events;
using SshCore.Native.Boundary;
using SshCore.Native.Objects;
using SshCore.Native.Structs;

namespace SshCore.Native.Exports;

/// <summary>Answers to the questions that events ask, by token.</summary>
internal static unsafe class AnswerExports
{
    private const int MostPrompts = 256;

    [UnmanagedCallersOnly(EntryPoint = "sshcore_answer_accept")]
    internal static Result Accept(nint connection, ulong token) => Guard.On(connection, token, static (ConnectionObject c, ulong token) =>
    {
        Action accept = c.Questions.Get<SshDecision>(token) switch
        {
            HostKeyOffered d => d.Accept,
            AuthAttempt d => d.Accept,
            ChannelRequested d => d.Accept,
            OpenRequested d => () => d.Accept(),
            GlobalRequested d => () => d.Accept(),
            _ => throw new NativeException(Result.WrongAnswer, "This question needs more than a yes."),
        };
        return Answered(c, token, accept);
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_answer_deny")]
    internal static Result Deny(nint connection, ulong token) => Guard.On(connection, token, static (ConnectionObject c, ulong token) =>
        Answered(c, token, c.Questions.Get<SshDecision>(token).Deny));

    [UnmanagedCallersOnly(EntryPoint = "sshcore_answer_none")]
    internal static Result None(nint connection, ulong token) => Guard.On(connection, token, static (ConnectionObject c, ulong token) =>
        Answered(c, token, c.Questions.Get<AuthMethodNeeded>(token).TryNone));

    [UnmanagedCallersOnly(EntryPoint = "sshcore_answer_password")]
    internal static Result Password(nint connection, ulong token, nint password, nuint length) =>
        Guard.On(connection, (token, password, length), static (ConnectionObject c, (ulong Token, nint Password, nuint Length) a) =>
        {
            c.Questions.Get<AuthMethodNeeded>(a.Token).TryPassword(In.Bytes(a.Password, a.Length, "password"));
            return Closed(c, a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_answer_key")]
    internal static Result Key(nint connection, ulong token, nint key, nint algorithm, uint probeFirst) =>
        Guard.On(connection, (token, key, algorithm, probeFirst), static (ConnectionObject c, (ulong Token, nint Key, nint Algorithm, uint Probe) a) =>
        {
            var question = c.Questions.Get<AuthMethodNeeded>(a.Token);
            var key = In.Object<KeyObject>(a.Key, "key");
            string? algorithm = In.OptionalText(a.Algorithm, "algorithm");
            bool probe = In.Flag(a.Probe, "probe_first");
            var held = key.Use();
            try
            {
                if (key.Private is { } secret)
                {
                    question.TryPublicKey(secret, algorithm, probe);
                }
                else
                {
                    question.TryPublicKey(key.Public, algorithm, probe);
                }
            }
            catch
            {
                held.Let();
                throw;
            }

            c.Keep(held);
            return Closed(c, a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_answer_interactive")]
    internal static Result Interactive(nint connection, ulong token, nint submethods) =>
        Guard.On(connection, (token, submethods), static (ConnectionObject c, (ulong Token, nint Submethods) a) =>
        {
            c.Questions.Get<AuthMethodNeeded>(a.Token).TryKeyboardInteractive(In.OptionalText(a.Submethods, "submethods") ?? "");
            return Closed(c, a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_answer_signature")]
    internal static Result Signature(nint connection, ulong token, nint signature, nuint length) =>
        Guard.On(connection, (token, signature, length), static (ConnectionObject c, (ulong Token, nint Signature, nuint Length) a) =>
        {
            var signature = In.Bytes(a.Signature, a.Length, "signature");
            switch (c.Questions.Get<SshDecision>(a.Token))
            {
                case SignatureNeeded user:
                    user.Sign(signature);
                    break;
                case HostSignatureNeeded host:
                    host.Sign(signature);
                    break;
                default:
                    throw new NativeException(Result.WrongAnswer, "This question does not ask for a signature.");
            }

            return Closed(c, a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_answer_prompts")]
    internal static Result Prompts(nint connection, ulong token, nint answers, nuint count) =>
        Guard.On(connection, (token, answers, count), static (ConnectionObject c, (ulong Token, nint Answers, nuint Count) a) =>
        {
            var question = c.Questions.Get<PromptsReceived>(a.Token);
            var answers = new ReadOnlyMemory<byte>[a.Count <= MostPrompts ? (int)a.Count : throw new NativeException(Result.Length, "That many prompts were not asked.")];
            var copies = new byte[answers.Length][];
            if (answers.Length > 0)
            {
                In.Need(a.Answers, "answers");
            }

            try
            {
                for (int i = 0; i < answers.Length; i++)
                {
                    copies[i] = In.SecretText(((nint*)a.Answers)[i], "an answer").ToArray();
                    answers[i] = copies[i];
                }

                question.AnswerUtf8(answers);
            }
            finally
            {
                Array.ForEach(copies, static copy => CryptographicOperations.ZeroMemory(copy));
            }

            return Closed(c, a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_answer_new_password")]
    internal static Result NewPassword(nint connection, ulong token, nint old, nuint oldLength, nint changed, nuint changedLength) =>
        Guard.On(connection, (token, old, oldLength, changed, changedLength), static (ConnectionObject c, (ulong Token, nint Old, nuint OldLength, nint Changed, nuint ChangedLength) a) =>
        {
            c.Questions.Get<PasswordChangeNeeded>(a.Token).Change(
                In.Bytes(a.Old, a.OldLength, "old_password"), In.Bytes(a.Changed, a.ChangedLength, "new_password"));
            return Closed(c, a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_answer_group")]
    internal static Result Group(nint connection, ulong token, nint prime, nuint primeLength, nint generator, nuint generatorLength) =>
        Guard.On(connection, (token, prime, primeLength, generator, generatorLength), static (ConnectionObject c, (ulong Token, nint Prime, nuint PrimeLength, nint Generator, nuint GeneratorLength) a) =>
        {
            c.Questions.Get<GexGroupNeeded>(a.Token).Use(
                In.Bytes(a.Prime, a.PrimeLength, "prime"), In.Bytes(a.Generator, a.GeneratorLength, "generator"));
            return Closed(c, a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_answer_methods")]
    internal static Result Methods(nint connection, ulong token, nint methods) =>
        Guard.On(connection, (token, methods), static (ConnectionObject c, (ulong Token, nint Methods) a) =>
        {
            var question = c.Questions.Get<UserPresented>(a.Token);
            In.Need(a.Methods, "methods");
            question.Allow(In.Names(a.Methods, "methods")!);
            return Closed(c, a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_answer_partial")]
    internal static Result Partial(nint connection, ulong token, nint remaining) =>
        Guard.On(connection, (token, remaining), static (ConnectionObject c, (ulong Token, nint Remaining) a) =>
        {
            var question = c.Questions.Get<AuthAttempt>(a.Token);
            In.Need(a.Remaining, "remaining");
            question.AcceptPartially(In.Names(a.Remaining, "remaining")!);
            return Closed(c, a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_answer_challenge")]
    internal static Result Challenge(nint connection, ulong token, nint name, nint instruction, nint prompts, nuint count) =>
        Guard.On(connection, (token, name, instruction, prompts, count), static (ConnectionObject c, (ulong Token, nint Name, nint Instruction, nint Prompts, nuint Count) a) =>
        {
            var question = c.Questions.Get<InteractiveStep>(a.Token);
            var prompts = new List<AuthPrompt>();
            if (a.Count > MostPrompts)
            {
                throw new NativeException(Result.Length, $"At most {MostPrompts} prompts can be asked at once.");
            }

            if (a.Count > 0)
            {
                In.Need(a.Prompts, "prompts");
            }

            for (int i = 0; i < (int)a.Count; i++)
            {
                var prompt = Sized.Read<PromptStruct>(((nint*)a.Prompts)[i], "a prompt");
                prompts.Add(new AuthPrompt(In.Text(prompt.Text, "a prompt's text"), In.Flag(prompt.Echo, "echo")));
            }

            question.Challenge(In.OptionalText(a.Name, "name") ?? "", In.OptionalText(a.Instruction, "instruction") ?? "", prompts);
            return Closed(c, a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_answer_request_change")]
    internal static Result RequestChange(nint connection, ulong token, nint prompt) =>
        Guard.On(connection, (token, prompt), static (ConnectionObject c, (ulong Token, nint Prompt) a) =>
        {
            c.Questions.Get<PasswordAttempt>(a.Token).RequestChange(In.Text(a.Prompt, "prompt"));
            return Closed(c, a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_answer_open")]
    internal static Result Open(nint connection, ulong token, nint options) =>
        Guard.On(connection, (token, options), static (ConnectionObject c, (ulong Token, nint Options) a) =>
        {
            var question = c.Questions.Get<OpenRequested>(a.Token);
            var options = Sized.ReadOptional<ChannelOptionsStruct>(a.Options, "options");
            question.Accept(
                options.WindowSize == 0 ? null : options.WindowSize,
                options.MaxPacketSize == 0 ? null : options.MaxPacketSize,
                In.Flag(options.ManualWindow, "manual_window"));
            return Closed(c, a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_answer_refuse_open")]
    internal static Result RefuseOpen(nint connection, ulong token, uint reason, nint description) =>
        Guard.On(connection, (token, reason, description), static (ConnectionObject c, (ulong Token, uint Reason, nint Description) a) =>
        {
            c.Questions.Get<OpenRequested>(a.Token).Refuse((ChannelOpenFailure)a.Reason, In.OptionalText(a.Description, "description") ?? "");
            return Closed(c, a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_answer_global")]
    internal static Result Global(nint connection, ulong token, nint data, nuint length) =>
        Guard.On(connection, (token, data, length), static (ConnectionObject c, (ulong Token, nint Data, nuint Length) a) =>
        {
            c.Questions.Get<GlobalRequested>(a.Token).Accept(In.Bytes(a.Data, a.Length, "data").ToArray());
            return Closed(c, a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_question_prompt")]
    internal static Result QuestionPrompt(nint connection, ulong token, uint index, nint prompt) =>
        Guard.On(connection, (token, index, prompt), static (ConnectionObject c, (ulong Token, uint Index, nint Prompt) a) =>
        {
            Sized.Need<PromptStruct>(a.Prompt, "prompt");
            var prompts = c.Questions.Get<PromptsReceived>(a.Token).Prompts;
            Within(a.Index, prompts.Count);
            Sized.Write(a.Prompt, new PromptStruct
            {
                Text = c.EventTexts.Text(prompts[(int)a.Index].Text),
                Echo = prompts[(int)a.Index].Echo ? 1u : 0u,
            });
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_question_response")]
    internal static Result QuestionResponse(nint connection, ulong token, uint index, nint data, nint length) =>
        Guard.On(connection, (token, index, data, length), static (ConnectionObject c, (ulong Token, uint Index, nint Data, nint Length) a) =>
        {
            In.Need(a.Data, "data");
            In.Need(a.Length, "length");
            var answers = c.Questions.Get<InteractiveResponse>(a.Token).AnswersUtf8;
            Within(a.Index, answers.Count);
            Out.Write(a.Data, c.EventTexts.Bytes(answers[(int)a.Index].Span));
            Out.Write(a.Length, (nuint)answers[(int)a.Index].Length);
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_question_pty")]
    internal static Result QuestionPty(nint connection, ulong token, nint pty) =>
        Guard.On(connection, (token, pty), static (ConnectionObject c, (ulong Token, nint Pty) a) =>
        {
            Sized.Need<PtyStruct>(a.Pty, "pty");
            var (size, terminal, modes) = c.Questions.Get<ChannelRequested>(a.Token).Request switch
            {
                PtyRequest p => (p.Size, p.Terminal, p.Modes.Encode()),
                WindowChangeRequest w => (w.Size, "", []),
                _ => throw new NativeException(Result.WrongAnswer, "The request is neither pty-req nor window-change."),
            };
            Sized.Write(a.Pty, new PtyStruct
            {
                Columns = size.Columns,
                Rows = size.Rows,
                PixelWidth = size.PixelWidth,
                PixelHeight = size.PixelHeight,
                Terminal = c.EventTexts.Text(terminal),
                Modes = c.EventTexts.Bytes(modes),
                ModesLength = (nuint)modes.Length,
            });
            return Result.Ok;
        });

    // A question that could not be answered this way, for a wrong argument, stays open.
    private static Result Answered(ConnectionObject c, ulong token, Action answer)
    {
        answer();
        return Closed(c, token);
    }

    private static Result Closed(ConnectionObject c, ulong token)
    {
        c.Questions.Close(token);
        return Result.Ok;
    }

    private static void Within(uint index, int count)
    {
        if (index >= (uint)count)
        {
            throw new NativeException(Result.Argument, $"There are {count}; the index is {index}.");
        }
    }
}
