package dev.janiko.tools;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/**
 * The launcher's program, as bytes beside the assembly they were assembled from.
 *
 * <p>It reads {@code /proc/self/exe}, strips path components to find the home folder, expands the
 * argument templates (byte 1 stands for the home folder), appends the user's arguments, makes an
 * environment of the added variables and all others but the unwanted ones, and calls {@code
 * execve}. If a call fails it writes its message to standard error and exits with 127. See {@link
 * ElfLauncher} for the table it works on, which follows the code.
 */
enum MachineCode {
  /** x86-64: 64-bit PC, Linux system call numbers 89 readlink, 59 execve, 1 write, 60 exit. */
  X86_64(
      62,
      "ld-linux-x86-64.so.2",
      """
      _start:
      48 8b 1c 24             | mov rbx, [rsp]
      4c 8d 64 24 08          | lea r12, [rsp+8]
      4d 8d 6c dc 08          | lea r13, [r12+rbx*8+8]
      48 8d 2d 73 01 00 00    | lea rbp, [rip+table]
      4c 8b 75 00             | mov r14, [rbp]
      b8 59 00 00 00          | mov eax, 89
      48 8d 3d 4d 01 00 00    | lea rdi, [rip+exe]
      4c 89 f6                | mov rsi, r14
      ba ff 0f 00 00          | mov edx, 4095
      0f 05                   | syscall
      48 3d ff 0f 00 00       | cmp rax, 4095
      0f 83 e5 00 00 00       | jae fail
      8b 4d 08                | mov ecx, [rbp+8]
      strip:
      48 85 c0                | test rax, rax
      0f 84 d9 00 00 00       | jz fail
      48 ff c8                | dec rax
      41 80 3c 06 2f          | cmp byte ptr [r14+rax], 47
      75 ed                   | jne strip
      ff c9                   | dec ecx
      75 e9                   | jnz strip
      41 c6 04 06 00          | mov byte ptr [r14+rax], 0
      4d 8d be 00 10 00 00    | lea r15, [r14+4096]
      4c 89 ef                | mov rdi, r13
      count:
      48 8b 07                | mov rax, [rdi]
      48 83 c7 08             | add rdi, 8
      48 85 c0                | test rax, rax
      75 f4                   | jnz count
      4c 29 ef                | sub rdi, r13
      8b 4d 0c                | mov ecx, [rbp+12]
      8b 45 18                | mov eax, [rbp+24]
      48 01 c8                | add rax, rcx
      48 01 d8                | add rax, rbx
      48 8d 44 c7 10          | lea rax, [rdi+rax*8+16]
      48 29 c4                | sub rsp, rax
      48 83 e4 f0             | and rsp, -16
      49 89 e0                | mov r8, rsp
      8b 75 14                | mov esi, [rbp+20]
      48 8d 74 35 20          | lea rsi, [rbp+rsi+32]
      e8 a4 00 00 00          | call expand
      48 85 db                | test rbx, rbx
      74 04                   | jz user
      49 83 c4 08             | add r12, 8
      user:
      49 8b 04 24             | mov rax, [r12]
      49 83 c4 08             | add r12, 8
      49 89 00                | mov [r8], rax
      49 83 c0 08             | add r8, 8
      48 85 c0                | test rax, rax
      75 ec                   | jnz user
      4d 89 c2                | mov r10, r8
      8b 4d 18                | mov ecx, [rbp+24]
      e8 7c 00 00 00          | call expand
      49 89 f1                | mov r9, rsi
      4d 89 ec                | mov r12, r13
      variable:
      49 8b 04 24             | mov rax, [r12]
      49 83 c4 08             | add r12, 8
      48 85 c0                | test rax, rax
      74 2d                   | jz keep
      8b 4d 10                | mov ecx, [rbp+16]
      4c 89 ce                | mov rsi, r9
      prefix:
      48 89 c2                | mov rdx, rax
      compare:
      40 8a 3e                | mov dil, [rsi]
      48 ff c6                | inc rsi
      40 84 ff                | test dil, dil
      74 df                   | jz variable
      40 3a 3a                | cmp dil, [rdx]
      75 05                   | jne rest
      48 ff c2                | inc rdx
      eb eb                   | jmp compare
      rest:
      40 8a 3e                | mov dil, [rsi]
      48 ff c6                | inc rsi
      40 84 ff                | test dil, dil
      75 f5                   | jnz rest
      ff c9                   | dec ecx
      75 d9                   | jnz prefix
      keep:
      49 89 00                | mov [r8], rax
      49 83 c0 08             | add r8, 8
      48 85 c0                | test rax, rax
      75 ba                   | jnz variable
      b8 3b 00 00 00          | mov eax, 59
      48 8b 3c 24             | mov rdi, [rsp]
      48 89 e6                | mov rsi, rsp
      4c 89 d2                | mov rdx, r10
      0f 05                   | syscall
      fail:
      b8 01 00 00 00          | mov eax, 1
      bf 02 00 00 00          | mov edi, 2
      48 8d 75 20             | lea rsi, [rbp+32]
      8b 55 14                | mov edx, [rbp+20]
      0f 05                   | syscall
      b8 3c 00 00 00          | mov eax, 60
      bf 7f 00 00 00          | mov edi, 127
      0f 05                   | syscall
      expand:
      4d 89 38                | mov [r8], r15
      49 83 c0 08             | add r8, 8
      copy:
      8a 06                   | mov al, [rsi]
      48 ff c6                | inc rsi
      3c 01                   | cmp al, 1
      75 14                   | jne plain
      4c 89 f2                | mov rdx, r14
      home:
      8a 02                   | mov al, [rdx]
      84 c0                   | test al, al
      74 ee                   | jz copy
      41 88 07                | mov [r15], al
      49 ff c7                | inc r15
      48 ff c2                | inc rdx
      eb ef                   | jmp home
      plain:
      41 88 07                | mov [r15], al
      49 ff c7                | inc r15
      84 c0                   | test al, al
      75 d9                   | jnz copy
      ff c9                   | dec ecx
      75 ce                   | jnz expand
      c3                      | ret
      """),
  /** 64-bit ARM, Linux system call numbers 78 readlinkat, 221 execve, 64 write, 93 exit. */
  AARCH64(
      183,
      "ld-linux-aarch64.so.1",
      """
      _start:
      f3 03 40 f9             | ldr x19, [sp]
      f4 23 00 91             | add x20, sp, #8
      95 0e 13 8b             | add x21, x20, x19, lsl #3
      b5 22 00 91             | add x21, x21, #8
      d6 0b 00 10             | adr x22, table
      d7 02 40 f9             | ldr x23, [x22]
      c8 09 80 d2             | mov x8, #78
      60 0c 80 92             | mov x0, #-100
      c1 0a 00 10             | adr x1, exe
      e2 03 17 aa             | mov x2, x23
      e3 ff 81 d2             | mov x3, #4095
      01 00 00 d4             | svc #0
      1f fc 3f f1             | cmp x0, #4095
      62 07 00 54             | b.hs fail
      c9 0a 40 b9             | ldr w9, [x22, #8]
      strip:
      20 07 00 b4             | cbz x0, fail
      00 04 00 d1             | sub x0, x0, #1
      ea 6a 60 38             | ldrb w10, [x23, x0]
      5f bd 00 71             | cmp w10, #47
      81 ff ff 54             | b.ne strip
      29 05 00 51             | sub w9, w9, #1
      49 ff ff 35             | cbnz w9, strip
      ff 6a 20 38             | strb wzr, [x23, x0]
      f8 06 40 91             | add x24, x23, #1, lsl #12
      ea 03 15 aa             | mov x10, x21
      count:
      4b 85 40 f8             | ldr x11, [x10], #8
      eb ff ff b5             | cbnz x11, count
      4a 01 15 cb             | sub x10, x10, x21
      c9 0e 40 b9             | ldr w9, [x22, #12]
      cb 1a 40 b9             | ldr w11, [x22, #24]
      6b 01 09 8b             | add x11, x11, x9
      6b 01 13 8b             | add x11, x11, x19
      4a 0d 0b 8b             | add x10, x10, x11, lsl #3
      4a 7d 00 91             | add x10, x10, #31
      4a ed 7c 92             | and x10, x10, #-16
      ff 63 2a cb             | sub sp, sp, x10
      eb 03 00 91             | mov x11, sp
      cc 16 40 b9             | ldr w12, [x22, #20]
      8c 01 16 8b             | add x12, x12, x22
      8c 81 00 91             | add x12, x12, #32
      28 00 00 94             | bl expand
      53 00 00 b4             | cbz x19, user
      94 22 00 91             | add x20, x20, #8
      user:
      8d 86 40 f8             | ldr x13, [x20], #8
      6d 85 00 f8             | str x13, [x11], #8
      cd ff ff b5             | cbnz x13, user
      f9 03 0b aa             | mov x25, x11
      c9 1a 40 b9             | ldr w9, [x22, #24]
      20 00 00 94             | bl expand
      ef 03 0c aa             | mov x15, x12
      f4 03 15 aa             | mov x20, x21
      variable:
      8d 86 40 f8             | ldr x13, [x20], #8
      ad 01 00 b4             | cbz x13, keep
      c9 12 40 b9             | ldr w9, [x22, #16]
      ec 03 0f aa             | mov x12, x15
      prefix:
      ee 03 0d aa             | mov x14, x13
      compare:
      8a 15 40 38             | ldrb w10, [x12], #1
      4a ff ff 34             | cbz w10, variable
      d0 15 40 38             | ldrb w16, [x14], #1
      5f 01 10 6b             | cmp w10, w16
      80 ff ff 54             | b.eq compare
      rest:
      8a 15 40 38             | ldrb w10, [x12], #1
      ea ff ff 35             | cbnz w10, rest
      29 05 00 51             | sub w9, w9, #1
      e9 fe ff 35             | cbnz w9, prefix
      keep:
      6d 85 00 f8             | str x13, [x11], #8
      2d fe ff b5             | cbnz x13, variable
      a8 1b 80 d2             | mov x8, #221
      e0 03 40 f9             | ldr x0, [sp]
      e1 03 00 91             | mov x1, sp
      e2 03 19 aa             | mov x2, x25
      01 00 00 d4             | svc #0
      fail:
      08 08 80 d2             | mov x8, #64
      40 00 80 d2             | mov x0, #2
      c1 82 00 91             | add x1, x22, #32
      c2 16 40 b9             | ldr w2, [x22, #20]
      01 00 00 d4             | svc #0
      a8 0b 80 d2             | mov x8, #93
      e0 0f 80 d2             | mov x0, #127
      01 00 00 d4             | svc #0
      expand:
      78 85 00 f8             | str x24, [x11], #8
      copy:
      8d 15 40 38             | ldrb w13, [x12], #1
      bf 05 00 71             | cmp w13, #1
      c1 00 00 54             | b.ne plain
      ee 03 17 aa             | mov x14, x23
      home:
      cd 15 40 38             | ldrb w13, [x14], #1
      6d ff ff 34             | cbz w13, copy
      0d 17 00 38             | strb w13, [x24], #1
      fd ff ff 17             | b home
      plain:
      0d 17 00 38             | strb w13, [x24], #1
      ed fe ff 35             | cbnz w13, copy
      29 05 00 51             | sub w9, w9, #1
      89 fe ff 35             | cbnz w9, expand
      c0 03 5f d6             | ret
      """);

  /** Where the table begins, counted from the first instruction. */
  private static final int TABLE = 0x188;

  private static final byte[] SELF = {
    '/', 'p', 'r', 'o', 'c', '/', 's', 'e', 'l', 'f', '/', 'e', 'x', 'e', 0
  };

  private final int elfMachine;
  private final String loader;
  private final String listing;

  MachineCode(int elfMachine, String loader, String listing) {
    this.elfMachine = elfMachine;
    this.loader = loader;
    this.listing = listing;
  }

  /** Returns the code for a machine by the name that {@code os.arch} has for it. */
  static MachineCode of(String arch) {
    return switch (arch) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64", "arm64" -> AARCH64;
      default ->
          throw new IllegalArgumentException(
              "there is no launcher for " + arch + " machines, only for amd64 and arm64");
    };
  }

  /** Returns {@code e_machine} of the ELF header. */
  int elfMachine() {
    return elfMachine;
  }

  /** Returns the file name of glibc's dynamic loader. */
  String loader() {
    return loader;
  }

  /** Returns the machine's name in image platforms and in names of archives. */
  String platformName() {
    return this == X86_64 ? "amd64" : "arm64";
  }

  /** Returns the code of a program that ends at once, with exit code 0. */
  byte[] exit() {
    return HexFormat.of()
        .parseHex(
            this == X86_64
                ? "31ff" // xor edi, edi
                    + "b83c000000" // mov eax, 60 (exit)
                    + "0f05" // syscall
                : "000080d2" // mov x0, #0
                    + "a80b80d2" // mov x8, #93 (exit)
                    + "010000d4"); // svc #0
  }

  /** Returns the program up to where the table begins. */
  byte[] code() {
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    listing
        .lines()
        .filter(line -> line.contains("|"))
        .map(line -> line.substring(0, line.indexOf('|')).replace(" ", ""))
        .forEach(hex -> code.writeBytes(HexFormat.of().parseHex(hex)));
    code.writeBytes(SELF);
    if (code.size() > TABLE) {
      throw new IllegalStateException(this + "'s code runs into its table");
    }
    code.writeBytes(new byte[TABLE - code.size()]);
    return code.toByteArray();
  }
}
