package dev.plumbline.host.memory;

import dev.plumbline.host.BadInputException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * The one rule of how many pictures are computed together: as many as fit into the memory that is
 * left, at most as many as the work asks for. Left is what the machine and its control groups still
 * have and what {@code --max-memory} still grants, less what Java's heap may yet grow by.
 */
public final class MemoryBudget {
  /** The share of what is left that a batch may take: libtorch's allocator leaves gaps. */
  static final double SHARE = 0.6;

  /**
   * The most that the pictures of a batch take on a CPU where more is left: far beyond its caches
   * nothing gets faster.
   */
  private static final long MOST = 1L << 30;

  private static volatile MemoryBudget ofProcess = of(OptionalLong.empty());

  private final MachineMemory machine;
  private final OptionalLong limit;
  private final LongSupplier heapGrowth;

  /**
   * @param limit bytes that the process may hold; empty for what the machine has
   * @param heapGrowth bytes that Java's heap may yet grow by
   */
  MemoryBudget(MachineMemory machine, OptionalLong limit, LongSupplier heapGrowth) {
    this.machine = machine;
    this.limit = limit;
    this.heapGrowth = heapGrowth;
  }

  private static MemoryBudget of(OptionalLong limit) {
    Runtime java = Runtime.getRuntime();
    return new MemoryBudget(
        MachineMemory.here(), limit, () -> Math.max(0, java.maxMemory() - java.totalMemory()));
  }

  /** Of this process. */
  public static MemoryBudget ofProcess() {
    return ofProcess;
  }

  /**
   * Bounds this process from now on.
   *
   * @param most that it is to hold, heap and native memory together; empty for what the machine has
   */
  public static void bound(Optional<MemorySize> most) {
    OptionalLong bytes =
        most.map(size -> OptionalLong.of(size.bytes())).orElse(OptionalLong.empty());
    ofProcess = of(bytes);
  }

  /** Another one for this process, in tests. */
  static void use(MemoryBudget budget) {
    ofProcess = budget;
  }

  /** Bytes that can still be taken; empty where neither system nor option says it. */
  OptionalLong left() {
    return left(machine.available(), machine.resident(), limit, heapGrowth.getAsLong());
  }

  static OptionalLong left(
      OptionalLong available, OptionalLong resident, OptionalLong limit, long heapGrowth) {
    long left = available.orElse(Long.MAX_VALUE);
    if (limit.isPresent()) {
      left = Math.min(left, limit.getAsLong() - resident.orElse(0));
    }
    return left == Long.MAX_VALUE
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(0, left - heapGrowth));
  }

  /**
   * How many pictures are computed together on the CPU.
   *
   * @param what is computed, as messages call it
   * @param need of the computation
   * @param most that the work asks for, at least 1
   * @return 1 to {@code most}
   * @throws BadInputException if not even one picture fits
   */
  public int pictures(String what, MemoryNeed need, int most) {
    OptionalLong left = left();
    if (left.isPresent() && need.of(1) > left.getAsLong()) {
      throw new BadInputException(
          what
              + " takes about "
              + MemorySize.text(need.of(1))
              + " of memory for one picture, found "
              + MemorySize.text(left.getAsLong())
              + (limit.isPresent()
                  ? " left of --max-memory " + MemorySize.text(limit.getAsLong())
                  : " left on this machine")
              + "; expected "
              + (limit.isPresent() ? "a larger --max-memory" : "a machine with more memory free"));
    }
    return fitting(left, need, most);
  }

  static int fitting(OptionalLong left, MemoryNeed need, int most) {
    long each = Math.max(1, need.perPicture());
    long count = MOST / each;
    if (left.isPresent()) {
      count = Math.min(count, (long) ((left.getAsLong() - need.fixed()) * SHARE) / each);
    }
    return (int) Math.max(1, Math.min(most, count));
  }

  /** What a message about a refused allocation tells to do. */
  public String advice() {
    return limit.isPresent()
        ? "--max-memory is " + MemorySize.text(limit.getAsLong()) + ", expected a larger one"
        : "expected more free memory, or a smaller --batch, or a --max-memory that says how much"
            + " there is";
  }
}
