import Glibc

/// What glibc has but its headers show only to `_GNU_SOURCE`, which Swift's Glibc module is built without. Looked up
/// by name, as the dynamic linker would (dlsym(3)).
enum GNU {
    /// `POSIX_SPAWN_SETSID` of spawn.h: the child begins a session of its own (glibc 2.26).
    static let spawnSetSession: Int32 = 0x80

    private typealias AddCloseFrom = @convention(c) (UnsafeMutableRawPointer, Int32) -> Int32
    private typealias AddChangeFolder = @convention(c) (UnsafeMutableRawPointer, UnsafePointer<CChar>) -> Int32

    /// In the child, closes every descriptor from `first` on (glibc 2.34). An older one's children inherit those of
    /// ours that aren't close-on-exec, which is untidy but harms nothing.
    static func addCloseFrom(_ actions: inout posix_spawn_file_actions_t, first: Int32) {
        guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { return }
        _ = unsafeBitCast(symbol, to: AddCloseFrom.self)(&actions, first)
    }

    /// In the child, changes to another working folder (glibc 2.29).
    static func addChangeFolder(_ actions: inout posix_spawn_file_actions_t, to folder: String) {
        guard let symbol = dlsym(nil, "posix_spawn_file_actions_addchdir_np") else { return }
        _ = unsafeBitCast(symbol, to: AddChangeFolder.self)(&actions, folder)
    }

    private typealias Affinity = @convention(c) (Int32, Int, UnsafeMutableRawPointer) -> Int32
    /// 1,024 cores, as `cpu_set_t` has them: a bit each, the first one lowest.
    private typealias CoreSet = InlineArray<16, UInt64>

    /// The cores on which the calling thread may run; none if that can't be found out.
    static var cores: [Int] {
        var set = CoreSet(repeating: 0)
        guard let symbol = dlsym(nil, "sched_getaffinity"),
            unsafeBitCast(symbol, to: Affinity.self)(0, MemoryLayout<CoreSet>.size, &set) == 0
        else { return [] }
        return (0..<1024).filter { set[$0 / 64] & 1 << ($0 % 64) != 0 }
    }

    /// Keeps a thread to some cores; nothing happens if that can't be done.
    static func keep(_ thread: Int32, to cores: some Sequence<Int>) {
        guard let symbol = dlsym(nil, "sched_setaffinity") else { return }
        var set = CoreSet(repeating: 0)
        for core in cores { set[core / 64] |= 1 << (core % 64) }
        _ = unsafeBitCast(symbol, to: Affinity.self)(thread, MemoryLayout<CoreSet>.size, &set)
    }
}
