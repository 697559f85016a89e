import EntitledCore

extension Customer {
    static let rich = Customer(
        id: "顧客-0042", kind: .contact, name: "佐藤 花子", parent: "株式会社山田", defaultEntitlement: "e-gold", version: 7)
    static let minimal = Customer(id: "acme", kind: .account)
}

extension Product {
    static let rich = Product(id: "مضخة-٣", name: "مضخة المياه", family: "مضخات", version: 9_223_372_036_854_775_807)
    static let minimal = Product(id: "pump")
}

extension Asset {
    static let rich = Asset(id: "序列号-2", name: "Насос №2", product: "مضخة-٣", customer: "株式会社山田", version: 1)
    static let minimal = Asset(id: "SN-1", product: "pump")
}

extension BusinessCalendar {
    static let rich = BusinessCalendar(
        id: "büro", name: "Büro Zürich", timeZone: Zone(stored: "Europe/Zurich"),
        hours: [
            WeeklyHours(weekday: 1, fromMinute: 0, toMinute: 1),
            WeeklyHours(weekday: 1, fromMinute: 540, toMinute: 1_020),
            WeeklyHours(weekday: 7, fromMinute: 1_439, toMinute: 1_440),
        ], holidays: [.first, .zero, .last], version: 2)
    static let minimal = BusinessCalendar(id: "never", timeZone: .utc, hours: [])
}

extension ServiceLevel {
    static let rich = ServiceLevel(
        id: "sla-4h", name: "4 Stunden",
        targets: [
            Target(name: "first_response", priority: CasePriority(stored: 1), seconds: 1),
            Target(name: "résolution", seconds: 315_576_000),
        ], calendar: "büro", version: 3)
    static let minimal = ServiceLevel(id: "sla", targets: [Target(name: "resolution", seconds: 3_600)])
}

extension Plan {
    static let rich = Plan(id: "ゴールド", name: "ゴールド・プラン", service: .rich, months: 1_200, version: 4)
    static let minimal = Plan(id: "dates", service: .minimal)
}

extension Contract {
    static let rich = Contract(
        id: "SO-4711/1", name: "Rahmenvertrag №1", customer: "株式会社山田", manager: "Zoë", version: 5)
    static let minimal = Contract(id: "SO-1", customer: "acme")
}

extension Settings {
    static let rich = Settings(fallsThrough: false, defaultEntitlement: "e-least", closingDays: 0, version: 6)
}
