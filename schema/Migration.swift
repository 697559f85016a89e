/// One numbered step of a schema. Steps only go forward; a published one is never edited.
package struct Migration: Hashable, Sendable {
    /// From 1, without gaps.
    package let number: Int32
    package let name: String
    /// Statements that each end with a semicolon at the end of a line. `:schema` and `:role` stand for the quoted
    /// names of the tenant's schema and role.
    package let sql: String

    private init(_ number: Int32, _ name: String, _ bytes: [UInt8]) {
        self.number = number
        self.name = name
        sql = String(decoding: bytes, as: UTF8.self)
    }

    /// The control plane: which tenants there are, where they live, who may call.
    package static let control = [
        Migration(1, "directory", PackageResources.control_0001_directory_sql)
    ]

    /// One tenant's own tables.
    package static let tenant = [
        Migration(1, "entitlements", PackageResources.tenant_0001_entitlements_sql),
        Migration(2, "lean_cases", PackageResources.tenant_0002_lean_cases_sql),
        Migration(3, "lean_checks", PackageResources.tenant_0003_lean_checks_sql),
        Migration(4, "packed_terms", PackageResources.tenant_0004_packed_terms_sql),
        Migration(5, "customers_in_tree", PackageResources.tenant_0005_customers_in_tree_sql),
    ]

    /// The statements, in order, without comments before them.
    package var statements: [String] {
        var statements: [String] = []
        var current: [Substring] = []
        for line in sql.split(separator: "\n") where !line.hasPrefix("--") {
            current.append(line)
            if line.hasSuffix(";") {
                statements.append(current.joined(separator: "\n"))
                current = []
            }
        }
        precondition(current.isEmpty, "migration \(name): the last statement doesn't end with a semicolon")
        return statements
    }
}
