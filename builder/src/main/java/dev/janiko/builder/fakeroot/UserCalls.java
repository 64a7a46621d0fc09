package dev.janiko.builder.fakeroot;

import dev.janiko.builder.linux.Capabilities;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.LinuxException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Calls that ask or change who a process is and what it may do. */
final class UserCalls {
  /** The options of prctl(2) that are about capabilities. */
  static final List<Integer> OPTIONS = List.of(7, 8, 23, 24, 27, 28, 47);

  private static final int MOST_GROUPS = 65_536;
  private static final int LAST_CAPABILITY = 40;
  private static final int VERSION_1 = 0x19980330;
  private static final int VERSION_2 = 0x20071026;
  private static final int VERSION_3 = 0x20080522;
  private static final int KEEPCAPS_BIT = 4;

  private final Caller caller;

  UserCalls(Caller caller) {
    this.caller = caller;
  }

  private Reply become(Optional<Identity> next) throws IOException {
    caller.become(next.orElseThrow(() -> new LinuxException("change of user", Errno.EPERM)));
    return Reply.DONE;
  }

  Reply setuid() throws IOException {
    return become(caller.identity().setUser(caller.id(0)));
  }

  Reply setgid() throws IOException {
    return become(caller.identity().setGroup(caller.id(0)));
  }

  Reply setreuid() throws IOException {
    return become(caller.identity().setTwoUsers(caller.id(0), caller.id(1)));
  }

  Reply setregid() throws IOException {
    return become(caller.identity().setTwoGroups(caller.id(0), caller.id(1)));
  }

  Reply setresuid() throws IOException {
    return become(caller.identity().setUsers(caller.id(0), caller.id(1), caller.id(2)));
  }

  Reply setresgid() throws IOException {
    return become(caller.identity().setGroups(caller.id(0), caller.id(1), caller.id(2)));
  }

  Reply setfsuid() throws IOException {
    Identity before = caller.identity();
    caller.become(before.setFilesUser(caller.id(0)));
    return new Reply.Value(before.user().files());
  }

  Reply setfsgid() throws IOException {
    Identity before = caller.identity();
    caller.become(before.setFilesGroup(caller.id(0)));
    return new Reply.Value(before.group().files());
  }

  Reply setgroups() throws IOException {
    int count = caller.number(0);
    if (count < 0 || count > MOST_GROUPS) {
      throw new LinuxException("setgroups", Errno.EINVAL);
    }
    List<Long> groups = new ArrayList<>();
    for (int done = 0; done < count; ) {
      int part = Math.min(count - done, 16_384);
      ByteBuffer ids = caller.bytes(caller.word(1) + 4L * done, 4 * part);
      for (int i = 0; i < part; i++) {
        groups.add(ids.getInt() & 0xffff_ffffL);
      }
      done += part;
    }
    return become(caller.identity().setSupplementary(groups));
  }

  Reply getgroups() throws IOException {
    List<Long> groups = caller.identity().groups();
    int room = caller.number(0);
    if (room < 0 || (room > 0 && room < groups.size())) {
      throw new LinuxException("getgroups", Errno.EINVAL);
    }
    if (room > 0 && !groups.isEmpty()) {
      caller.writeNumbers(caller.word(1), groups);
    }
    return new Reply.Value(groups.size());
  }

  Reply ids(Identity.Ids ids) throws IOException {
    caller.writeNumbers(caller.word(0), List.of(ids.real()));
    caller.writeNumbers(caller.word(1), List.of(ids.effective()));
    caller.writeNumbers(caller.word(2), List.of(ids.saved()));
    return Reply.DONE;
  }

  /** Words of each set that a version of the struct has. */
  private static int words(int version) {
    return switch (version) {
      case VERSION_1 -> 1;
      case VERSION_2, VERSION_3 -> 2;
      default -> 0;
    };
  }

  Reply capget() throws IOException {
    ByteBuffer header = caller.bytes(caller.word(0), 8);
    int words = words(header.getInt());
    if (words == 0 || caller.word(1) == 0) {
      return Reply.PROCEED;
    }
    Identity.Held held = caller.identityOf(header.getInt()).capabilities();
    ByteBuffer data = ByteBuffer.allocate(12 * words).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < words; i++) {
      data.putInt((int) (held.effective() >>> (32 * i)));
      data.putInt((int) (held.permitted() >>> (32 * i)));
      data.putInt((int) (held.inheritable() >>> (32 * i)));
    }
    caller.write(caller.word(1), data.array());
    return Reply.DONE;
  }

  Reply capset() throws IOException {
    int words = words(caller.bytes(caller.word(0), 8).getInt());
    if (words == 0) {
      return Reply.PROCEED;
    }
    ByteBuffer data = caller.bytes(caller.word(1), 12 * words);
    long effective = 0;
    long permitted = 0;
    long inheritable = 0;
    for (int i = 0; i < words; i++) {
      effective |= (data.getInt() & 0xffff_ffffL) << (32 * i);
      permitted |= (data.getInt() & 0xffff_ffffL) << (32 * i);
      inheritable |= (data.getInt() & 0xffff_ffffL) << (32 * i);
    }
    return become(caller.identity().setCapabilities(effective, permitted, inheritable));
  }

  Reply prctl() throws IOException {
    Identity identity = caller.identity();
    boolean kept = identity.capabilities().kept();
    return switch (caller.number(0)) {
      case 7 -> new Reply.Value(kept ? 1 : 0);
      case 8 -> become(Optional.of(identity.keepingCapabilities(caller.word(1) != 0)));
      case 23 -> bounding();
      case 27 -> new Reply.Value(kept ? 1 << KEEPCAPS_BIT : 0);
      // What a process gives up for good here, others could not get back from it anyway.
      case 24, 28 -> identity.may(Identity.SETPCAP) ? Reply.DONE : refused();
      case 47 -> Reply.DONE;
      default -> Reply.PROCEED;
    };
  }

  private static Reply refused() throws IOException {
    throw new LinuxException("prctl", Errno.EPERM);
  }

  private Reply bounding() throws IOException {
    long capability = caller.word(1);
    if (capability < 0 || capability > LAST_CAPABILITY) {
      throw new LinuxException("prctl", Errno.EINVAL);
    }
    return new Reply.Value(Capabilities.CONTAINER_DEFAULT >>> capability & 1);
  }
}
