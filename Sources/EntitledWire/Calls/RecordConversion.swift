package import EntitledCore
import SwiftProtobuf

extension Entitled_V1_CustomerPage: PageMessage {}

extension Customer: WireItem {
    package typealias Items = Entitled_V1_CustomerPage

    package init(_ message: Entitled_V1_Customer, by reading: Reading) throws(EntitledError) {
        self.init(
            id: try reading.id(message.id, "id"), kind: try reading.named(message.kind, "kind"),
            name: message.hasName ? message.name : nil,
            parent: try reading.id(message.parent, ifSet: message.hasParent, "parent"),
            defaultEntitlement: try reading.id(
                message.defaultEntitlement, ifSet: message.hasDefaultEntitlement, "default_entitlement"),
            version: message.version)
    }

    package var message: Entitled_V1_Customer {
        .with {
            $0.id = id.text
            $0.kind = .init(kind)
            $0.name = name
            if let parent { $0.parent = parent.text }
            if let defaultEntitlement { $0.defaultEntitlement = defaultEntitlement.text }
            $0.version = version
        }
    }
}

extension Entitled_V1_ProductPage: PageMessage {}

extension Product: WireItem {
    package typealias Items = Entitled_V1_ProductPage

    package init(_ message: Entitled_V1_Product, by reading: Reading) throws(EntitledError) {
        self.init(
            id: try reading.id(message.id, "id"), name: message.hasName ? message.name : nil,
            family: try reading.id(message.family, ifSet: message.hasFamily, "family"), version: message.version)
    }

    package var message: Entitled_V1_Product {
        .with {
            $0.id = id.text
            $0.name = name
            if let family { $0.family = family.text }
            $0.version = version
        }
    }
}

extension Entitled_V1_AssetPage: PageMessage {}

extension Asset: WireItem {
    package typealias Items = Entitled_V1_AssetPage

    package init(_ message: Entitled_V1_Asset, by reading: Reading) throws(EntitledError) {
        self.init(
            id: try reading.id(message.id, "id"), name: message.hasName ? message.name : nil,
            product: try reading.id(message.product, "product"),
            customer: try reading.id(message.customer, ifSet: message.hasCustomer, "customer"),
            version: message.version)
    }

    package var message: Entitled_V1_Asset {
        .with {
            $0.id = id.text
            $0.name = name
            $0.product = product.text
            if let customer { $0.customer = customer.text }
            $0.version = version
        }
    }
}

extension Entitled_V1_CalendarPage: PageMessage {}

extension BusinessCalendar: WireItem {
    package typealias Items = Entitled_V1_CalendarPage

    package init(_ message: Entitled_V1_Calendar, by reading: Reading) throws(EntitledError) {
        var holidays: [CalendarDay] = []
        holidays.reserveCapacity(message.holidays.count)
        for day in message.holidays { holidays.append(try reading.day(day, "holidays")) }
        self.init(
            id: try reading.id(message.id, "id"), name: message.hasName ? message.name : nil,
            timeZone: try reading.zone(message.timeZone, "time_zone"),
            hours: try reading.values(message.hours, "hours"), holidays: holidays, version: message.version)
    }

    package var message: Entitled_V1_Calendar {
        .with {
            $0.id = id.text
            $0.name = name
            $0.timeZone = timeZone.name
            $0.hours = hours.map(\.message)
            $0.holidays = holidays.map(\.daysSince1970)
            $0.version = version
        }
    }
}

extension WeeklyHours: WireRecord {
    /// What no `Int16` can hold is out of every range, as its nearest one is.
    package init(_ message: Entitled_V1_WeeklyHours, by reading: Reading) throws(EntitledError) {
        self.init(
            weekday: Int16(clamping: message.weekday), fromMinute: Int16(clamping: message.fromMinute),
            toMinute: Int16(clamping: message.toMinute))
    }

    package var message: Entitled_V1_WeeklyHours {
        .with {
            $0.weekday = Int32(weekday)
            $0.fromMinute = Int32(fromMinute)
            $0.toMinute = Int32(toMinute)
        }
    }
}

extension Entitled_V1_ServiceLevelPage: PageMessage {}

extension ServiceLevel: WireItem {
    package typealias Items = Entitled_V1_ServiceLevelPage

    package init(_ message: Entitled_V1_ServiceLevel, by reading: Reading) throws(EntitledError) {
        self.init(
            id: try reading.id(message.id, "id"), name: message.hasName ? message.name : nil,
            targets: try reading.values(message.targets, "targets"),
            calendar: try reading.id(message.calendar, ifSet: message.hasCalendar, "calendar"),
            version: message.version)
    }

    package var message: Entitled_V1_ServiceLevel {
        .with {
            $0.id = id.text
            $0.name = name
            $0.targets = targets.map(\.message)
            if let calendar { $0.calendar = calendar.text }
            $0.version = version
        }
    }
}

extension ServiceLevel.Target: WireRecord {
    package init(_ message: Entitled_V1_ServiceLevelTarget, by reading: Reading) throws(EntitledError) {
        self.init(
            name: message.name,
            priority: try reading.casePriority(message.priority, ifSet: message.hasPriority, "priority"),
            seconds: message.seconds)
    }

    package var message: Entitled_V1_ServiceLevelTarget {
        .with {
            $0.name = name
            if let priority { $0.priority = Int32(priority.number) }
            $0.seconds = seconds
        }
    }
}

extension Entitled_V1_PlanPage: PageMessage {}

extension Plan: WireItem {
    package typealias Items = Entitled_V1_PlanPage

    package init(_ message: Entitled_V1_Plan, by reading: Reading) throws(EntitledError) {
        self.init(
            id: try reading.id(message.id, "id"), name: message.hasName ? message.name : nil,
            service: try reading.value(message.service, "service"),
            months: message.hasMonths ? message.months : nil, version: message.version)
    }

    package var message: Entitled_V1_Plan {
        .with {
            $0.id = id.text
            $0.name = name
            $0.service = service.message
            if let months { $0.months = months }
            $0.version = version
        }
    }
}

extension Entitled_V1_ContractPage: PageMessage {}

extension Contract: WireItem {
    package typealias Items = Entitled_V1_ContractPage

    package init(_ message: Entitled_V1_Contract, by reading: Reading) throws(EntitledError) {
        self.init(
            id: try reading.id(message.id, "id"), name: message.hasName ? message.name : nil,
            customer: try reading.id(message.customer, "customer"),
            manager: message.hasManager ? message.manager : nil, version: message.version)
    }

    package var message: Entitled_V1_Contract {
        .with {
            $0.id = id.text
            $0.name = name
            $0.customer = customer.text
            if let manager { $0.manager = manager }
            $0.version = version
        }
    }
}
