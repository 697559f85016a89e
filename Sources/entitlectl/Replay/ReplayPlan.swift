import EntitledCore

/// Everything that a replay does, decided before the first call: who and what has to exist, then the cases.
///
/// - A location becomes an account; a caller becomes a contact of the account where the log first has them.
/// - At another location the same caller is a visitor: the case is opened for that location's account itself.
/// - Without a caller the account itself asks. A caller whom the log never has at any location becomes an account.
/// - Each account gets one entitlement, `<account>/replay`.
struct ReplayPlan {
    /// In the order in which the log first names them, like the lists below.
    let accounts: [AddCustomer]
    let contacts: [AddCustomer]
    let products: [AddProduct]
    /// Those that not every tenant has.
    let channels: [AddChannel]
    let entitlements: [AddEntitlement]
    /// In the log's order.
    let cases: [OpenCase]
    /// Cases that were opened for an account because its caller belongs to another one.
    let visitors: Int
    /// Accounts that stand for a caller without any location.
    let accountsOfCallers: Int
    /// Incidents whose account can't have an entitlement.
    let problems: [LineProblem]

    /// - Parameters:
    ///   - kind: what each account's entitlement has.
    ///   - today: on which the entitlements start, in `zone`.
    init(_ incidents: [Incident], kind: AllocationTerms.Kind, startDay today: CalendarDay, zone: Zone) {
        let homes = Homes(incidents)
        var accounts = Inventory<CustomerID>()
        var contacts = Inventory<CustomerID>()
        var products = Inventory<ProductID>()
        var channels = Inventory<ChannelID>()
        var entitlements: [AddEntitlement] = []
        var cases: [OpenCase] = []
        var problems: [LineProblem] = []
        var visitors = 0
        for incident in incidents {
            let asking = homes.asking(incident)
            if !accounts.contains(asking.account) {
                do {
                    entitlements.append(
                        try Self.entitlement(of: asking.account, kind: kind, startDay: today, zone: zone))
                } catch {
                    problems.append(LineProblem(line: incident.line, field: "location", problem: error.message))
                    continue
                }
                accounts.add(asking.account)
            }
            if let contact = asking.contact { contacts.add(contact) }
            if let product = incident.product { products.add(product) }
            if let channel = incident.channel, !Channel.standard.contains(channel) { channels.add(channel) }
            if asking.isVisitor { visitors += 1 }
            cases.append(
                OpenCase(
                    id: incident.number,
                    Inquiry(
                        customer: asking.contact ?? asking.account, product: incident.product,
                        channel: incident.channel)))
        }
        self.accounts = accounts.members.map { AddCustomer(Customer(id: $0, kind: .account)) }
        self.contacts = contacts.members.map {
            AddCustomer(Customer(id: $0, kind: .contact, parent: homes.account(of: $0)))
        }
        self.products = products.members.map { AddProduct(Product(id: $0)) }
        self.channels = channels.members.map { AddChannel(id: $0) }
        self.entitlements = entitlements
        self.cases = cases
        self.visitors = visitors
        self.problems = problems
        accountsOfCallers = accounts.members.count { !homes.locations.contains($0) }
    }

    /// The allocation's name is the default one. The terms stay the same for a day, and with them the request.
    private static func entitlement(
        of account: CustomerID, kind: AllocationTerms.Kind, startDay: CalendarDay, zone: Zone
    ) throws(EntitledError) -> AddEntitlement {
        AddEntitlement(
            id: try EntitlementID(account.text + "/replay", field: "entitlement"),
            terms: EntitlementTerms(
                customer: account, startDay: startDay, timeZone: zone,
                service: ServiceTerms(allocations: [AllocationTerms(kind: kind)])))
    }
}

/// Which account each caller belongs to.
private struct Homes {
    let locations: Set<CustomerID>
    private let homes: [CustomerID: CustomerID]

    init(_ incidents: [Incident]) {
        locations = Set(incidents.compactMap(\.location))
        var homes: [CustomerID: CustomerID] = [:]
        for incident in incidents {
            if let caller = incident.caller, let location = incident.location, homes[caller] == nil {
                homes[caller] = location
            }
        }
        self.homes = homes
    }

    /// The account of a caller who is a contact.
    func account(of caller: CustomerID) -> CustomerID? { homes[caller] }

    /// For whom a case is opened.
    func asking(_ incident: Incident) -> (account: CustomerID, contact: CustomerID?, isVisitor: Bool) {
        switch (incident.caller, incident.location) {
        // Customers share one space of ids: who bears a location's name can't be a contact too.
        case (let caller?, let location?) where locations.contains(caller): (location, nil, caller != location)
        case (let caller?, let location?) where homes[caller] != location: (location, nil, true)
        case (let caller, let location?): (location, caller, false)
        case (let caller?, nil) where locations.contains(caller): (caller, nil, false)
        case (let caller?, nil): homes[caller].map { ($0, caller, false) } ?? (caller, nil, false)
        case (nil, nil): preconditionFailure("an incident has a caller or a location")
        }
    }
}

/// Each member once, in the order in which it was first added.
private struct Inventory<Member: Hashable> {
    private(set) var members: [Member] = []
    private var known: Set<Member> = []

    func contains(_ member: Member) -> Bool { known.contains(member) }

    mutating func add(_ member: Member) {
        if known.insert(member).inserted { members.append(member) }
    }
}
