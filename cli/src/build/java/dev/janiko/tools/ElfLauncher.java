package dev.janiko.tools;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A static ELF executable that starts a program which lies in folders beside it.
 *
 * <p>It needs no shell and no loader, so it starts in an image that holds nothing else. The file is
 * an ELF header, two program headers (one for code and table, one for zeroed memory), the code of
 * {@link MachineCode}, and the table: address of the zeroed memory (8 bytes), path components to
 * strip, number of argument templates, number of unwanted variables, length of the message, number
 * of added variables (4 bytes each), 4 bytes of nothing, the message; then, each ended by a zero
 * byte, the argument templates, the templates of added variables, the beginnings of unwanted
 * variables.
 *
 * @param machine the machine it runs on
 * @param levels how many components to strip from its own path to find the home folder
 * @param arguments the argument templates, the program first; {@link #HOME} stands for the home
 *     folder
 * @param added variables to add to the environment, templates of {@code NAME=VALUE}; at least one
 * @param unwanted names of variables that the program must not see
 */
record ElfLauncher(
    MachineCode machine,
    int levels,
    List<String> arguments,
    List<String> added,
    List<String> unwanted) {
  /** Stands for the home folder in an argument template. */
  static final String HOME = "\u0001";

  private static final String FAILURE =
      "janiko: cannot start: its folder is not whole, or /proc is not mounted\n";

  private static final long BASE = 0x400000;
  private static final long MEMORY = 0x10000000;
  private static final int HEADERS = 64 + 3 * 56;
  private static final int LONGEST_PATH = 4096;
  private static final int LOAD = 1;
  private static final int GNU_STACK = 0x6474e551;
  private static final int EXECUTE = 1;
  private static final int WRITE = 2;
  private static final int READ = 4;

  ElfLauncher {
    if (levels < 1 || arguments.isEmpty() || added.isEmpty() || unwanted.isEmpty()) {
      throw new IllegalArgumentException("a launcher has a place, a program and an environment");
    }
    arguments = List.copyOf(arguments);
    added = List.copyOf(added);
    unwanted = List.copyOf(unwanted);
  }

  /** Returns the file's bytes. */
  byte[] bytes() {
    byte[] code = machine.code();
    byte[] table = table();
    ByteBuffer program = ByteBuffer.allocate(code.length + table.length).put(code).put(table);
    return file(machine, program.array(), memory());
  }

  /** Returns a program that does nothing but end. */
  static byte[] programThatExits(MachineCode machine) {
    return file(machine, machine.exit(), 1);
  }

  private static byte[] file(MachineCode machine, byte[] program, long memory) {
    int size = HEADERS + program.length;
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    header(file, machine);
    new Segment(LOAD, READ | EXECUTE, BASE, size, size).put(file);
    new Segment(LOAD, READ | WRITE, MEMORY, 0, memory).put(file);
    new Segment(GNU_STACK, READ | WRITE, 0, 0, 0).put(file);
    return file.put(program).array();
  }

  private static void header(ByteBuffer file, MachineCode machine) {
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0); // 64 bits, little-endian
    file.putShort((short) 2).putShort((short) machine.elfMachine()).putInt(1); // ET_EXEC
    file.putLong(BASE + HEADERS).putLong(64).putLong(0); // entry, program headers, no sections
    file.putInt(0).putShort((short) 64).putShort((short) 56).putShort((short) 3);
    file.putShort((short) 64).putShort((short) 0).putShort((short) 0);
  }

  private byte[] table() {
    byte[] message = FAILURE.getBytes(UTF_8);
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    ByteBuffer numbers = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    numbers.putLong(MEMORY).putInt(levels).putInt(arguments.size());
    numbers.putInt(unwanted.size()).putInt(message.length).putInt(added.size());
    table.writeBytes(numbers.array());
    table.writeBytes(message);
    arguments.forEach(argument -> table.writeBytes((argument + '\0').getBytes(UTF_8)));
    added.forEach(variable -> table.writeBytes((variable + '\0').getBytes(UTF_8)));
    unwanted.forEach(name -> table.writeBytes((name + "=\0").getBytes(UTF_8)));
    return table.toByteArray();
  }

  /** Returns the memory that the home path and all expanded templates can need. */
  private long memory() {
    long needed = LONGEST_PATH;
    for (List<String> templates : List.of(arguments, added)) {
      for (String template : templates) {
        long homes = template.chars().filter(c -> c == HOME.charAt(0)).count();
        needed += template.length() * 3L + 1 + homes * LONGEST_PATH;
      }
    }
    return needed;
  }

  /** A program header. */
  private record Segment(int type, int flags, long address, long fileSize, long memorySize) {
    void put(ByteBuffer file) {
      file.putInt(type).putInt(flags).putLong(0).putLong(address).putLong(address);
      file.putLong(fileSize).putLong(memorySize).putLong(0x10000); // the largest page of both
    }
  }
}
