import ArgumentParser
import EntitledClient

/// `entitlectl product`.
struct ProductCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "product", abstract: "What support is for: products and their families.",
        subcommands: [Add.self, List.self, Show.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Create a product, or a family of products.")

        @Argument(help: "The id that your systems know it by.")
        var id: String
        @Option(name: .long, help: ArgumentHelp("The family that it belongs to.", valueName: "id"))
        var family: String?
        @Option(name: .long, help: "For people (default: the id).")
        var name: String?
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let id = try ProductID(id)
            let family: ProductID? = try family.id("family")
            let added = try await connection.withClient { try await $0.addProduct(id, name: name, family: family) }
            try output.show(added.answer) { "added \(added.answer.text)" }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all products.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let products = try await connection.withClient { try await $0.allProducts().collected() }
            try output.show(products) {
                var table = Table(["id", "family", "name"])
                for product in products {
                    table.add([product.id.text, product.family?.text ?? "", product.name])
                }
                return table.text
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one product.")

        @Argument(help: "The product's id.")
        var id: String
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let id = try ProductID(id)
            let product = try await connection.withClient { try await $0.product(id) }
            try output.show(product) { product.text }
        }
    }
}

extension Product {
    fileprivate var text: String {
        "product \(id)" + (family.map { " of \($0)" } ?? "") + (name == id.text ? "" : ": \(name)")
    }
}
