import ArgumentParser
import EntitledClient

/// How assets are written.
struct AssetOptions: RecordOptions {
    static let abstract = "Sold units of products, known by their serial numbers."

    @Option(name: .long, help: ArgumentHelp("What it is a unit of; needed to add one.", valueName: "id"))
    var product: String?
    @Option(name: .long, help: ArgumentHelp("Who has it.", valueName: "id"))
    var customer: String?

    enum Field: String, ClearableField {
        case customer
    }

    func record(_ id: AssetID) throws -> Asset {
        Asset(id: id, product: try ProductID(try required(product, "product"), field: "product"))
    }

    func change(_ asset: inout Asset) throws {
        asset.product = try product.id("product") ?? asset.product
        asset.customer = try customer.id("customer") ?? asset.customer
    }

    static func clear(_ field: Field, in asset: inout Asset) {
        switch field {
        case .customer: asset.customer = nil
        }
    }
}

extension Asset: PrintedRecord {
    static let commandName = "asset"
    static func records(of client: EntitledClient) -> Records<Asset> { client.assets }
    static let listColumns = ["product", "customer"]
    var listCells: [String] { [product.text, customer?.text ?? ""] }
    var details: [(String, String)] { [("product", product.text), ("customer", customer?.text ?? "")] }
}
