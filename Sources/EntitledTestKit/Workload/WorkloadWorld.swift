package import EntitledCore

/// The records that a workload's entitlements and cases are about: small trees, so that most of what is asked meets
/// something.
package struct WorkloadWorld: Sendable {
    package let zone: Zone
    /// Each after the one that it stands below, as are the products.
    package let customers: [Customer]
    package let products: [Product]
    package let assets: [Asset]
    package let calendars: [BusinessCalendar]

    package static let zones = ["UTC", "Europe/Berlin", "America/New_York", "Africa/Cairo"].map(Zone.init(stored:))
    static let channels = Array(Channel.standard.prefix(3))

    package init(zone: Zone) {
        self.zone = zone
        customers = [
            Customer("world", .account, nil), Customer("europe", .account, "world"),
            Customer("acme", .account, "europe"), Customer("anna", .contact, "acme"),
            Customer("ben", .contact, "acme"), Customer("eva", .contact, "europe"),
            Customer("globe", .account, nil), Customer("carl", .contact, "globe"),
        ]
        products = [
            Product("suite", nil), Product("lasers", "suite"), Product("laser-x", "lasers"),
            Product("laser-y", "lasers"), Product("printers", "suite"), Product("other", nil),
        ]
        assets = [Asset("sn-1", "laser-x"), Asset("sn-2", "laser-y"), Asset("sn-3", "printers")]
        let working = (1...5).map { WeeklyHours(weekday: $0, fromMinute: 540, toMinute: 1_020) }
        let holidays = ["2026-12-25", "2027-05-03"].compactMap { CalendarDay($0) }
        calendars = [
            BusinessCalendar(id: CalendarID(stored: "office"), timeZone: zone, hours: working, holidays: holidays),
            BusinessCalendar(id: CalendarID(stored: "always"), timeZone: .utc, hours: WeeklyHours.always),
        ]
    }

    /// The commands that bring the records in, in the order in which they have to be decided.
    package var setup: [any DecidableCommand] {
        customers.map { AddCustomer($0) } + products.map { AddProduct($0) } + assets.map { AddAsset($0) }
            + calendars.map { AddCalendar($0) }
    }

    /// The customer and those above it, nearest first.
    func line(of customer: CustomerID) -> [CustomerID] {
        guard let record = customers.first(where: { $0.id == customer }) else { return [] }
        return [customer] + (record.parent.map(line(of:)) ?? [])
    }

    /// The contacts whom an entitlement of a customer serves.
    func contacts(servedBy customer: CustomerID, descendants: Bool) -> [CustomerID] {
        customers.filter { $0.kind == .contact }.map(\.id).filter { contact in
            let line = line(of: contact)
            return (descendants ? line[...] : line.prefix(2)).contains(customer)
        }
    }

    /// The product or family, and what stands below it.
    func products(below family: ProductID) -> [ProductID] {
        [family] + products.filter { $0.family == family }.flatMap { products(below: $0.id) }
    }
}

extension Customer {
    fileprivate init(_ id: String, _ kind: Kind, _ parent: String?) {
        self.init(id: CustomerID(stored: id), kind: kind, parent: parent.map(CustomerID.init(stored:)))
    }
}

extension Product {
    fileprivate init(_ id: String, _ family: String?) {
        self.init(id: ProductID(stored: id), family: family.map(ProductID.init(stored:)))
    }
}

extension Asset {
    fileprivate init(_ id: String, _ product: String) {
        self.init(id: AssetID(stored: id), product: ProductID(stored: product))
    }
}
