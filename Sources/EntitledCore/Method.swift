/// Every method of the protocol: its number (for ever), name, and how it may be called.
public enum Method: UInt16, NamedValue {
    case addCustomer = 1
    case getCustomer = 2
    case listCustomers = 3
    case addProduct = 10
    case getProduct = 11
    case listProducts = 12
    case addChannel = 20
    case listChannels = 21
    case addEntitlement = 30
    case getEntitlement = 31
    case listEntitlements = 32
    case activateEntitlement = 33
    case openCase = 50
    case checkCase = 51
    case getCase = 52
    case listJournal = 80
    case reconcile = 81

    /// `noun.verb`.
    public var name: String {
        switch self {
        case .addCustomer: "customer.add"
        case .getCustomer: "customer.get"
        case .listCustomers: "customer.list"
        case .addProduct: "product.add"
        case .getProduct: "product.get"
        case .listProducts: "product.list"
        case .addChannel: "channel.add"
        case .listChannels: "channel.list"
        case .addEntitlement: "entitlement.add"
        case .getEntitlement: "entitlement.get"
        case .listEntitlements: "entitlement.list"
        case .activateEntitlement: "entitlement.activate"
        case .openCase: "case.open"
        case .checkCase: "case.check"
        case .getCase: "case.get"
        case .listJournal: "journal.list"
        case .reconcile: "journal.reconcile"
        }
    }

    /// What the caller must be allowed to do.
    public var permission: Permission {
        switch self {
        case .getCustomer, .listCustomers, .getProduct, .listProducts, .listChannels, .getEntitlement,
            .listEntitlements, .checkCase, .getCase, .listJournal, .reconcile:
            .read
        case .openCase: .openCases
        case .addCustomer, .addProduct, .addChannel, .addEntitlement, .activateEntitlement: .configure
        }
    }

    /// Whether it changes something, so that a call needs a request id and is journalled.
    public var isCommand: Bool {
        switch self {
        case .addCustomer, .addProduct, .addChannel, .addEntitlement, .activateEntitlement, .openCase: true
        case .getCustomer, .listCustomers, .getProduct, .listProducts, .listChannels, .getEntitlement,
            .listEntitlements, .checkCase, .getCase, .listJournal, .reconcile:
            false
        }
    }

    /// The time that a call has if the caller names none.
    public var defaultDeadline: Duration {
        switch self {
        case .reconcile: .seconds(60)
        case .addCustomer, .getCustomer, .listCustomers, .addProduct, .getProduct, .listProducts, .addChannel,
            .listChannels, .addEntitlement, .getEntitlement, .listEntitlements, .activateEntitlement, .openCase,
            .checkCase, .getCase, .listJournal:
            .seconds(10)
        }
    }
}

/// What a key may do.
public enum Permission: String, Hashable, Sendable, CaseIterable {
    /// See records, checks, balances and the journal.
    case read
    /// Open cases, and so take what they cost.
    case openCases = "open_cases"
    /// Write customers, products, channels and entitlements.
    case configure
}

/// A named set of permissions, given to a key when it is made.
public enum KeyRole: Int16, NamedValue {
    /// Sees everything, changes nothing: reports, dashboards.
    case reader = 1
    /// Opens cases: a contact centre's integration.
    case agent = 2
    /// Writes contracts too: the operators of the tenant.
    case manager = 3

    public var name: String {
        switch self {
        case .reader: "reader"
        case .agent: "agent"
        case .manager: "manager"
        }
    }

    public var permissions: Set<Permission> {
        switch self {
        case .reader: [.read]
        case .agent: [.read, .openCases]
        case .manager: [.read, .openCases, .configure]
        }
    }
}
