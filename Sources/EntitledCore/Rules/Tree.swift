/// Bounds of the account and product trees.
package enum Tree {
    /// The most levels that a tree may have; a walk to the top is bounded by it.
    package static let maximumDepth = 32

    /// - Parameter depthBelow: how many levels stand above the new one.
    static func check(depthBelow depth: Int, field: String) throws(EntitledError) {
        guard depth < maximumDepth else {
            throw .invalid(field, "is \(depth) levels deep already", allowed: "at most \(maximumDepth) levels")
        }
    }
}
