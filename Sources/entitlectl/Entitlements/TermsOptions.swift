import ArgumentParser
import EntitledClient

/// For whom and when an entitlement is.
struct TermsOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("The plan that it is made from: it fills what isn't said here.", valueName: "id"))
    var plan: String?
    @Option(name: .long, help: ArgumentHelp("How many units of the plan were sold (default: 1).", valueName: "n"))
    var quantity: Int64?
    @Option(name: .long, help: ArgumentHelp("The contract that it belongs to.", valueName: "id"))
    var contract: String?
    @Option(
        name: .long,
        help: ArgumentHelp(
            "First day covered (default: today in --time-zone, or else in UTC).", valueName: "yyyy-mm-dd"))
    var start: String?
    @Option(
        name: .long,
        help: ArgumentHelp("Last day covered (default: the plan's months, or none).", valueName: "yyyy-mm-dd"))
    var end: String?
    @Option(
        name: .long,
        help: ArgumentHelp("When a renewal is due (default: the day after the end).", valueName: "yyyy-mm-dd"))
    var renewalDay: String?
    @Option(name: .long, help: ArgumentHelp("Where its days begin and end (default: the tenant's).", valueName: "zone"))
    var timeZone: String?
    @Option(name: .long, help: ArgumentHelp("An asset covered; repeatable (default: any).", valueName: "id"))
    var asset: [String] = []
    @Option(name: .long, help: ArgumentHelp("A contact who may use it; repeatable (default: anyone).", valueName: "id"))
    var contact: [String] = []
    @Flag(name: .long, help: "Serve the accounts below the customer too.")
    var servesDescendants = false
    @Option(name: .long, parsing: .unconditional, help: "Smaller wins among equally specific entitlements.")
    var priority: Int32?

    /// What can be taken away.
    enum Field: String, ClearableField {
        case end
        case renewalDay = "renewal-day"
        case timeZone = "time-zone"
        case assets
        case contacts
        case servesDescendants = "serves-descendants"
        case priority
        case plan
        case contract
    }

    /// Writes what is given.
    /// - Throws: ``EntitledError`` `invalid_field`.
    func change(_ terms: inout EntitlementTerms) throws(EntitledError) {
        terms.plan = try plan.id("plan") ?? terms.plan
        terms.quantity = quantity ?? terms.quantity
        terms.contract = try contract.id("contract") ?? terms.contract
        terms.startDay = try start.day("start_day") ?? terms.startDay
        terms.endDay = try end.day("end_day") ?? terms.endDay
        terms.renewalDay = try renewalDay.day("renewal_day") ?? terms.renewalDay
        terms.timeZone = try timeZone.zone() ?? terms.timeZone
        terms.assets = try asset.scope("assets") ?? terms.assets
        terms.contacts = try contact.scope("contacts") ?? terms.contacts
        if servesDescendants { terms.servesDescendants = true }
        terms.priority = priority ?? terms.priority
    }

    static func clear(_ field: Field, in terms: inout EntitlementTerms) {
        switch field {
        case .end: terms.endDay = nil
        case .renewalDay: terms.renewalDay = nil
        case .timeZone: terms.timeZone = nil
        case .assets: terms.assets = nil
        case .contacts: terms.contacts = nil
        case .servesDescendants: terms.servesDescendants = false
        case .priority: terms.priority = nil
        case .plan: terms.plan = nil
        case .contract: terms.contract = nil
        }
    }
}
