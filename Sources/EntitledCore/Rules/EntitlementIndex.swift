/// The entitlements of a working set, to be found by their ids or by their customers.
package struct EntitlementIndex: Sendable {
    /// In the order in which they came. Those that were removed stay, and nothing leads to them any more.
    private var records: [Entitlement]
    private var places: [EntitlementID: Int]
    private var placesOf: [CustomerID: Places]

    /// Most customers have one: then no list is made.
    private enum Places {
        case one(Int)
        case several([Int])
    }

    /// - Parameter entitlements: one of each id.
    init(_ entitlements: [Entitlement]) {
        records = entitlements
        places = Dictionary(minimumCapacity: entitlements.count)
        placesOf = Dictionary(minimumCapacity: entitlements.count)
        for place in records.indices { add(place) }
    }

    package var count: Int { places.count }
    package var ids: some Collection<EntitlementID> { places.keys }
    package var all: some Collection<Entitlement> { places.values.lazy.map { records[$0] } }

    package subscript(id: EntitlementID) -> Entitlement? { places[id].map { records[$0] } }

    /// Adds a customer's own, in the order in which they came.
    func add(of customer: CustomerID, to found: inout [Entitlement]) {
        switch placesOf[customer] {
        case .one(let place): found.append(records[place])
        case .several(let places): for place in places { found.append(records[place]) }
        case nil: break
        }
    }

    mutating func insert(_ entitlement: Entitlement) {
        records.append(entitlement)
        add(records.count - 1)
    }

    /// - Returns: what it replaces.
    mutating func replace(with entitlement: Entitlement) -> Entitlement? {
        guard let place = places[entitlement.id] else {
            insert(entitlement)
            return nil
        }
        let old = records[place]
        records[place] = entitlement
        return old
    }

    mutating func remove(_ entitlement: Entitlement) {
        guard let place = places.removeValue(forKey: entitlement.id) else { return }
        let customer = entitlement.terms.customer
        switch placesOf[customer] {
        case .several(let all): placesOf[customer] = .several(all.filter { $0 != place })
        case .one, nil: placesOf[customer] = nil
        }
    }

    private mutating func add(_ place: Int) {
        places[records[place].id] = place
        let customer = records[place].terms.customer
        // Taken out, so that a long list isn't copied for each of its places.
        switch placesOf.removeValue(forKey: customer) {
        case .several(var places):
            places.append(place)
            placesOf[customer] = .several(places)
        case .one(let first): placesOf[customer] = .several([first, place])
        case nil: placesOf[customer] = .one(place)
        }
    }
}
