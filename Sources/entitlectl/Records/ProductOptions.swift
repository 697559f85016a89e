import ArgumentParser
import EntitledClient

/// How products are written.
struct ProductOptions: RecordOptions {
    static let abstract = "What support is for: products and their families."

    @Option(name: .long, help: ArgumentHelp("The family that it belongs to.", valueName: "id"))
    var family: String?

    enum Field: String, ClearableField {
        case family
    }

    func record(_ id: ProductID) -> Product { Product(id: id) }

    func change(_ product: inout Product) throws {
        product.family = try family.id("family") ?? product.family
    }

    static func clear(_ field: Field, in product: inout Product) {
        switch field {
        case .family: product.family = nil
        }
    }
}

extension Product: PrintedRecord {
    static let commandName = "product"
    static func records(of client: EntitledClient) -> Records<Product> { client.products }
    static let listColumns = ["family"]
    var listCells: [String] { [family?.text ?? ""] }
    var details: [(String, String)] { [("family", family?.text ?? "")] }
}
