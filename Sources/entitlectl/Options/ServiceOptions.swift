import ArgumentParser
import EntitledClient

/// What is sold, in a plan or an entitlement.
struct ServiceOptions: ParsableArguments {
    @OptionGroup(title: "Quantities") var quantities: AllocationOptions
    @Option(name: .long, help: ArgumentHelp("A product or family covered; repeatable (default: all).", valueName: "id"))
    var product: [String] = []
    @Option(name: .long, help: ArgumentHelp("A channel covered; repeatable (default: all).", valueName: "id"))
    var channel: [String] = []
    @Option(name: .long, help: ArgumentHelp("The service level that cases get.", valueName: "id"))
    var sla: String?
    @Option(
        name: .long,
        help: ArgumentHelp("What is in hours and out of hours (default: always in hours).", valueName: "id"))
    var calendar: String?
    @Flag(name: .long, help: "Refuse cases out of hours; needs a calendar.")
    var hoursOnly = false
    @Option(
        name: .long,
        help: ArgumentHelp(
            "What happens when too little is available: block or allow.", valueName: "policy"))
    var exhaustion: String?
    @Option(name: .long, help: ArgumentHelp("Hint for whoever routes the case: its queue.", valueName: "name"))
    var routingQueue: String?
    @Option(name: .long, help: ArgumentHelp("Hint: a skill that is needed; repeatable.", valueName: "name"))
    var routingSkill: [String] = []
    @Option(name: .long, help: ArgumentHelp("Hint: the case's priority, 1 (most urgent) to 9.", valueName: "n"))
    var routingPriority: Int?
    @Option(name: .long, help: ArgumentHelp("Hint: the named manager.", valueName: "name"))
    var routingManager: String?
    @Option(name: .long, help: ArgumentHelp("How long before the renewal day it is told.", valueName: "days"))
    var renewalNotice: Int32?
    @Option(name: .long, help: ArgumentHelp("Work is rounded up to a multiple of it.", valueName: "duration"))
    var billingIncrement: String?
    @Option(name: .long, help: ArgumentHelp("The least that is billed for an entry.", valueName: "duration"))
    var billingMinimum: String?

    /// Writes what is given.
    /// - Throws: ``EntitledError`` `invalid_field`.
    func change(_ service: inout ServiceTerms) throws(EntitledError) {
        let allocations = try quantities.terms()
        if !allocations.isEmpty { service.allocations = allocations }
        service.products = try product.scope("products") ?? service.products
        service.channels = try channel.scope("channels") ?? service.channels
        service.serviceLevel = try sla.id("sla") ?? service.serviceLevel
        service.calendar = try calendar.id("calendar") ?? service.calendar
        if hoursOnly { service.isHoursOnly = true }
        if let exhaustion { service.exhaustionPolicy = try NameText.value(exhaustion, field: "exhaustion") }
        service.routing = try routing(from: service.routing)
        service.renewalNoticeDays = renewalNotice ?? service.renewalNoticeDays
        service.billing = try billing(from: service.billing)
    }

    private func routing(from old: Routing?) throws(EntitledError) -> Routing? {
        var routing = old ?? Routing()
        routing.queue = routingQueue ?? routing.queue
        if !routingSkill.isEmpty { routing.skills = routingSkill }
        if let routingPriority {
            routing.casePriority = try CasePriority(routingPriority, field: "routing_priority")
        }
        routing.manager = routingManager ?? routing.manager
        return routing == Routing() ? nil : routing
    }

    private func billing(from old: BillingIncrement?) throws(EntitledError) -> BillingIncrement? {
        guard billingIncrement != nil || billingMinimum != nil else { return old }
        var billing = old ?? BillingIncrement(incrementSeconds: 1)
        if let billingIncrement {
            billing.incrementSeconds = try DurationText.seconds(billingIncrement, field: "billing_increment")
        }
        if let billingMinimum {
            billing.minimumSeconds = try DurationText.seconds(billingMinimum, field: "billing_minimum")
        }
        return billing
    }

    /// What can be taken away.
    enum Field: String, ClearableField {
        case allocations
        case products
        case channels
        case sla
        case calendar
        case hoursOnly = "hours-only"
        case routing
        case renewalNotice = "renewal-notice"
        case billing
    }

    static func clear(_ field: Field, in service: inout ServiceTerms) {
        switch field {
        case .allocations: service.allocations = []
        case .products: service.products = nil
        case .channels: service.channels = nil
        case .sla: service.serviceLevel = nil
        case .calendar: service.calendar = nil
        case .hoursOnly: service.isHoursOnly = false
        case .routing: service.routing = nil
        case .renewalNotice: service.renewalNoticeDays = nil
        case .billing: service.billing = nil
        }
    }
}
