package import EntitledCore
import SwiftProtobuf

extension Amendment: WireRecord {
    package init(_ message: Entitled_V1_Amendment, by reading: Reading) throws(EntitledError) {
        self.init(
            products: try reading.change(message.products, ifSet: message.hasProducts, "products"),
            channels: try reading.change(message.channels, ifSet: message.hasChannels, "channels"),
            assets: try reading.change(message.assets, ifSet: message.hasAssets, "assets"),
            contacts: try reading.change(message.contacts, ifSet: message.hasContacts, "contacts"),
            startDay: try reading.day(message.startDay, ifSet: message.hasStartDay, "start_day"),
            endDay: try reading.change(message.endDay, ifSet: message.hasEndDay, "end_day"),
            serviceLevel: try reading.change(message.sla, ifSet: message.hasSla, "sla"),
            quantity: message.hasQuantity
                ? try reading.amount(message.quantity, "quantity", in: Reading.units) : nil,
            allocations: try reading.values(message.allocations, "allocations"), isInFull: message.inFull)
    }

    package var message: Entitled_V1_Amendment {
        .with {
            if let products { $0.products = .init(products) }
            if let channels { $0.channels = .init(channels) }
            if let assets { $0.assets = .init(assets) }
            if let contacts { $0.contacts = .init(contacts) }
            if let startDay { $0.startDay = startDay.daysSince1970 }
            if let endDay { $0.endDay = .init(endDay) }
            if let serviceLevel { $0.sla = .init(serviceLevel) }
            if let quantity { $0.quantity = quantity }
            $0.allocations = allocations.map(\.message)
            $0.inFull = isInFull
        }
    }
}

extension Amendment.AllocationQuantity: WireRecord {
    package init(_ message: Entitled_V1_AllocationQuantity, by reading: Reading) throws(EntitledError) {
        self.init(name: message.name, quantity: try reading.amount(message.quantity, "quantity"))
    }

    package var message: Entitled_V1_AllocationQuantity {
        .with { ($0.name, $0.quantity) = (name, quantity) }
    }
}

/// What optional fields become: a message for each kind of field.
extension Reading {
    fileprivate func change<Record>(
        _ message: Entitled_V1_ScopeChange, ifSet isSet: Bool, _ field: String
    ) throws(EntitledError) -> Amendment.Change<Scope<Identifier<Record>>>? {
        guard isSet else { return nil }
        switch message.change {
        case .set(let scope): return .set(to: try self.scope(scope, field))
        case .clear: return .clear
        case nil: throw noChange(field)
        }
    }

    fileprivate func change(
        _ message: Entitled_V1_DayChange, ifSet isSet: Bool, _ field: String
    ) throws(EntitledError) -> Amendment.Change<CalendarDay>? {
        guard isSet else { return nil }
        switch message.change {
        case .set(let day): return .set(to: try self.day(day, field))
        case .clear: return .clear
        case nil: throw noChange(field)
        }
    }

    fileprivate func change<Record>(
        _ message: Entitled_V1_IdChange, ifSet isSet: Bool, _ field: String
    ) throws(EntitledError) -> Amendment.Change<Identifier<Record>>? {
        guard isSet else { return nil }
        switch message.change {
        case .set(let id): return .set(to: try self.id(id, field))
        case .clear: return .clear
        case nil: throw noChange(field)
        }
    }

    private func noChange(_ field: String) -> EntitledError {
        fault(field, "is missing or unknown", allowed: "set, clear")
    }
}

extension Entitled_V1_ScopeChange {
    fileprivate init<Record>(_ change: Amendment.Change<Scope<Identifier<Record>>>) {
        self.init()
        switch change {
        case .set(let scope): set = .init(scope)
        case .clear: clear = .init()
        }
    }
}

extension Entitled_V1_DayChange {
    fileprivate init(_ change: Amendment.Change<CalendarDay>) {
        self.init()
        switch change {
        case .set(let day): set = day.daysSince1970
        case .clear: clear = .init()
        }
    }
}

extension Entitled_V1_IdChange {
    fileprivate init<Record>(_ change: Amendment.Change<Identifier<Record>>) {
        self.init()
        switch change {
        case .set(let id): set = id.text
        case .clear: clear = .init()
        }
    }
}
