using System.Runtime.InteropServices;
using SshCore.Events;
using SshCore.Native.Boundary;
using SshCore.Native.Structs;

namespace SshCore.Native.Easy;

/// <summary>Asks a caller what a server asks by keyboard-interactive; the answers are written into memory that is zeroed here.</summary>
internal static unsafe class EasyPrompts
{
    // With its NUL. All answers of a round share the 16 KiB that fit into a message.
    private const int AnswerSize = 1024;

    /// <summary>Calls back, and answers. False if the caller gives it up.</summary>
    public static bool Ask(PromptsReceived question, nint callback, nint context)
    {
        int count = question.Prompts.Count;
        using var texts = new Arena();
        nuint room = (nuint)count * AnswerSize;
        byte* answers = (byte*)NativeMemory.AllocZeroed(Math.Max(room, 1));
        var copies = new byte[count][];
        try
        {
            var prompts = new EasyPromptStruct[count];
            var pointers = new nint[count];
            fixed (EasyPromptStruct* first = prompts)
            fixed (nint* list = pointers)
            {
                for (int i = 0; i < count; i++)
                {
                    first[i] = new EasyPromptStruct
                    {
                        Size = (nuint)sizeof(EasyPromptStruct),
                        Text = texts.Text(question.Prompts[i].Text),
                        Echo = question.Prompts[i].Echo ? 1u : 0u,
                        Answer = (nint)(answers + (i * AnswerSize)),
                        AnswerSize = AnswerSize,
                    };
                    list[i] = (nint)(first + i);
                }

                var all = new EasyPromptsStruct
                {
                    Size = (nuint)sizeof(EasyPromptsStruct),
                    Name = texts.Text(question.Name),
                    Instruction = texts.Text(question.Instruction),
                    Round = (uint)question.Round,
                    Count = (nuint)count,
                    Prompts = (nint)list,
                };
                if (((delegate* unmanaged<nint, EasyPromptsStruct*, int>)callback)(context, &all) != 0)
                {
                    return false;
                }
            }

            for (int i = 0; i < count; i++)
            {
                var answer = new ReadOnlySpan<byte>(answers + (i * AnswerSize), AnswerSize);
                int length = answer.IndexOf((byte)0);
                copies[i] = length >= 0 ? answer[..length].ToArray() : throw new NativeException(Result.Length, "An answer has no end.");
            }

            question.AnswerUtf8(Array.ConvertAll(copies, copy => new ReadOnlyMemory<byte>(copy)));
            return true;
        }
        finally
        {
            NativeMemory.Clear(answers, room);
            NativeMemory.Free(answers);
            foreach (byte[]? copy in copies)
            {
                System.Security.Cryptography.CryptographicOperations.ZeroMemory(copy);
            }
        }
    }
}
