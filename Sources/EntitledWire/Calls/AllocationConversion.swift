package import EntitledCore
import SwiftProtobuf

extension AllocationTerms: WireRecord {
    package init(_ message: Entitled_V1_AllocationTerms, by reading: Reading) throws(EntitledError) {
        self.init(
            kind: try Kind(message.kind, by: reading),
            rolloverMaximum: try reading.amount(message.rolloverMaximum, "rollover_maximum"),
            carryMaximum: try reading.amount(message.carryMaximum, "carry_maximum"),
            channels: try reading.scope(message.channels, ifSet: message.hasChannels, "channels"),
            products: try reading.scope(message.products, ifSet: message.hasProducts, "products"),
            weights: try reading.value(message.weights, ifSet: message.hasWeights, "weights"),
            consumption: try reading.named(message.consumption, ifSet: message.hasConsumption, "consumption"),
            holdSeconds: try reading.amount(message.holdSeconds, "hold_seconds"),
            exhaustionPolicy: try reading.named(
                message.exhaustionPolicy, ifSet: message.hasExhaustionPolicy, "exhaustion_policy"),
            overageLimit: message.hasOverageLimit
                ? try reading.amount(message.overageLimit, "overage_limit") : nil)
        if message.hasName { name = message.name }
    }

    package var message: Entitled_V1_AllocationTerms {
        .with {
            $0.name = name
            $0.kind = kind.message
            $0.rolloverMaximum = rolloverMaximum
            $0.carryMaximum = carryMaximum
            if let channels { $0.channels = .init(channels) }
            if let products { $0.products = .init(products) }
            if let weights { $0.weights = weights.message }
            if let consumption { $0.consumption = .init(consumption) }
            $0.holdSeconds = holdSeconds
            if let exhaustionPolicy { $0.exhaustionPolicy = .init(exhaustionPolicy) }
            if let overageLimit { $0.overageLimit = overageLimit }
        }
    }
}

extension AllocationTerms.Kind {
    fileprivate init(
        _ kind: Entitled_V1_AllocationTerms.OneOf_Kind?, by reading: Reading
    ) throws(EntitledError) {
        switch kind {
        case .perIncident(let pool):
            self = .perIncident(cases: try reading.amount(pool.quantity, "quantity"))
        case .incidentsPerPeriod(let pool):
            try reading.require(pool.hasPeriod, "period", allowed: "how long each period is")
            self = .incidentsPerPeriod(
                cases: try reading.amount(pool.quantity, "quantity"), period: try reading.value(pool.period, "period"))
        case .hoursPerPeriod(let pool):
            self = .hoursPerPeriod(
                seconds: try reading.amount(pool.quantity, "quantity"),
                period: try reading.value(pool.period, ifSet: pool.hasPeriod, "period"))
        case .unlimited(let pool):
            self = .unlimited(unit: try reading.named(pool.unit, "unit"))
        case nil:
            throw reading.fault(
                "kind", "is missing or unknown",
                allowed: "per_incident, incidents_per_period, hours_per_period, unlimited")
        }
    }

    fileprivate var message: Entitled_V1_AllocationTerms.OneOf_Kind {
        switch self {
        case .perIncident(let cases):
            .perIncident(.with { $0.quantity = cases })
        case .incidentsPerPeriod(let cases, let period):
            .incidentsPerPeriod(.with { ($0.quantity, $0.period) = (cases, period.message) })
        case .hoursPerPeriod(let seconds, let period):
            .hoursPerPeriod(
                .with {
                    $0.quantity = seconds
                    if let period { $0.period = period.message }
                })
        case .unlimited(let unit):
            .unlimited(.with { $0.unit = .init(unit) })
        }
    }
}

extension Period: WireRecord {
    package init(_ message: Entitled_V1_Period, by reading: Reading) throws(EntitledError) {
        self.init(
            message.length, try reading.named(message.unit, "unit"),
            anchor: try reading.day(message.anchor, ifSet: message.hasAnchor, "anchor"))
    }

    package var message: Entitled_V1_Period {
        .with {
            $0.length = length
            $0.unit = .init(unit)
            if let anchor { $0.anchor = anchor.daysSince1970 }
        }
    }
}

extension Weights: WireRecord {
    package init(_ message: Entitled_V1_Weights, by reading: Reading) throws(EntitledError) {
        self.init(
            channels: try reading.values(message.channels, "channels"),
            priorities: try reading.values(message.priorities, "priorities"),
            outOfHours: message.hasOutOfHours ? try reading.factor(message.outOfHours, "out_of_hours") : nil)
    }

    package var message: Entitled_V1_Weights {
        .with {
            $0.channels = channels.map(\.message)
            $0.priorities = priorities.map(\.message)
            if let outOfHours { $0.outOfHours = outOfHours.thousandths }
        }
    }
}

extension Weights.ByChannel: WireRecord {
    package init(_ message: Entitled_V1_ChannelWeight, by reading: Reading) throws(EntitledError) {
        self.init(try reading.id(message.channel, "channel"), try reading.factor(message.factor, "factor"))
    }

    package var message: Entitled_V1_ChannelWeight {
        .with { ($0.channel, $0.factor) = (channel.text, factor.thousandths) }
    }
}

extension Weights.ByPriority: WireRecord {
    package init(_ message: Entitled_V1_PriorityWeight, by reading: Reading) throws(EntitledError) {
        self.init(
            try reading.casePriority(message.priority, "priority"), try reading.factor(message.factor, "factor"))
    }

    package var message: Entitled_V1_PriorityWeight {
        .with { ($0.priority, $0.factor) = (Int32(priority.number), factor.thousandths) }
    }
}
