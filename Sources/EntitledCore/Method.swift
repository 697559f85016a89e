/// Every method of the protocol: its number (for ever), name, and how it may be called.
public enum Method: UInt16, NamedValue {
    case addCustomer = 1
    case getCustomer = 2
    case listCustomers = 3
    case updateCustomer = 4
    case addProduct = 10
    case getProduct = 11
    case listProducts = 12
    case updateProduct = 13
    case addChannel = 20
    case listChannels = 21
    case addEntitlement = 30
    case getEntitlement = 31
    case listEntitlements = 32
    case activateEntitlement = 33
    case updateEntitlement = 34
    case deleteEntitlement = 35
    case suspendEntitlement = 36
    case resumeEntitlement = 37
    case cancelEntitlement = 38
    case renewEntitlement = 39
    case amendEntitlement = 40
    case addGrant = 41
    case openCase = 50
    case checkCase = 51
    case getCase = 52
    case getSettings = 70
    case updateSettings = 71
    case listJournal = 80
    case reconcile = 81
    case performBatch = 90
    case addAsset = 110
    case getAsset = 111
    case listAssets = 112
    case updateAsset = 113
    case addCalendar = 114
    case getCalendar = 115
    case listCalendars = 116
    case updateCalendar = 117
    case addServiceLevel = 118
    case getServiceLevel = 119
    case listServiceLevels = 120
    case updateServiceLevel = 121
    case addPlan = 122
    case getPlan = 123
    case listPlans = 124
    case updatePlan = 125
    case addContract = 126
    case getContract = 127
    case listContracts = 128
    case updateContract = 129

    /// `noun.verb`.
    public var name: String {
        switch self {
        case .addCustomer: "customer.add"
        case .getCustomer: "customer.get"
        case .listCustomers: "customer.list"
        case .updateCustomer: "customer.update"
        case .addProduct: "product.add"
        case .getProduct: "product.get"
        case .listProducts: "product.list"
        case .updateProduct: "product.update"
        case .addChannel: "channel.add"
        case .listChannels: "channel.list"
        case .addEntitlement: "entitlement.add"
        case .getEntitlement: "entitlement.get"
        case .listEntitlements: "entitlement.list"
        case .activateEntitlement: "entitlement.activate"
        case .updateEntitlement: "entitlement.update"
        case .deleteEntitlement: "entitlement.delete"
        case .suspendEntitlement: "entitlement.suspend"
        case .resumeEntitlement: "entitlement.resume"
        case .cancelEntitlement: "entitlement.cancel"
        case .renewEntitlement: "entitlement.renew"
        case .amendEntitlement: "entitlement.amend"
        case .addGrant: "grant.add"
        case .openCase: "case.open"
        case .checkCase: "case.check"
        case .getCase: "case.get"
        case .getSettings: "settings.get"
        case .updateSettings: "settings.update"
        case .listJournal: "journal.list"
        case .reconcile: "journal.reconcile"
        case .performBatch: "batch.perform"
        case .addAsset: "asset.add"
        case .getAsset: "asset.get"
        case .listAssets: "asset.list"
        case .updateAsset: "asset.update"
        case .addCalendar: "calendar.add"
        case .getCalendar: "calendar.get"
        case .listCalendars: "calendar.list"
        case .updateCalendar: "calendar.update"
        case .addServiceLevel: "sla.add"
        case .getServiceLevel: "sla.get"
        case .listServiceLevels: "sla.list"
        case .updateServiceLevel: "sla.update"
        case .addPlan: "plan.add"
        case .getPlan: "plan.get"
        case .listPlans: "plan.list"
        case .updatePlan: "plan.update"
        case .addContract: "contract.add"
        case .getContract: "contract.get"
        case .listContracts: "contract.list"
        case .updateContract: "contract.update"
        }
    }

    /// What the caller must be allowed to do. A batch needs the least, what every key may: its items are each held
    /// against their own method's permission.
    public var permission: Permission {
        switch self {
        case .getCustomer, .listCustomers, .getProduct, .listProducts, .listChannels, .getEntitlement,
            .listEntitlements, .checkCase, .getCase, .getSettings, .listJournal, .reconcile, .performBatch, .getAsset,
            .listAssets,
            .getCalendar, .listCalendars, .getServiceLevel, .listServiceLevels, .getPlan, .listPlans, .getContract,
            .listContracts:
            .read
        case .openCase: .openCases
        case .addCustomer, .updateCustomer, .addProduct, .updateProduct, .addChannel, .addEntitlement,
            .activateEntitlement, .updateEntitlement, .deleteEntitlement, .suspendEntitlement, .resumeEntitlement,
            .cancelEntitlement, .renewEntitlement, .amendEntitlement, .addGrant, .updateSettings, .addAsset,
            .updateAsset, .addCalendar, .updateCalendar, .addServiceLevel, .updateServiceLevel, .addPlan,
            .updatePlan, .addContract, .updateContract:
            .configure
        }
    }

    /// Whether it changes something, so that a call needs a request id and is journalled. A batch itself doesn't: its
    /// items do.
    public var isCommand: Bool { permission != .read }

    /// The time that a call has if the caller names none.
    public var defaultDeadline: Duration {
        self == .reconcile || self == .performBatch ? .seconds(60) : .seconds(10)
    }
}

/// What a key may do.
public enum Permission: Hashable, Sendable, CaseIterable {
    /// See records, checks, balances and the journal.
    case read
    /// Open cases, and so take what they cost.
    case openCases
    /// Write customers, products, plans, contracts and entitlements.
    case configure
    /// Have a case judged as of an earlier instant.
    case backdate

    public var name: String {
        switch self {
        case .read: "read"
        case .openCases: "open_cases"
        case .configure: "configure"
        case .backdate: "backdate"
        }
    }
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
        case .manager: [.read, .openCases, .configure, .backdate]
        }
    }
}
