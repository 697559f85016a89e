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
}
