import EntitledCore

/// Terms in a file have the names that they have in our own JSON; what may be left out there is as their initializers
/// have it.
extension EntitlementTerms: FieldGroup {
    /// The columns of a CSV file that stand for them.
    static let columns =
        [
            "customer", "serves_descendants", "assets", "contacts", "start_day", "end_day", "renewal_day", "time_zone",
            "priority", "plan", "contract", "quantity",
        ] + ServiceTerms.columns.map { "service." + $0 }

    init(reading fields: Fields) {
        self.init(
            customer: fields.required("customer"), servesDescendants: fields.optional("serves_descendants") ?? false,
            assets: fields.scope("assets"), contacts: fields.scope("contacts"), startDay: fields.required("start_day"),
            endDay: fields.optional("end_day"), renewalDay: fields.optional("renewal_day"),
            timeZone: fields.optional("time_zone"), priority: fields.optional("priority"),
            plan: fields.optional("plan"), contract: fields.optional("contract"),
            quantity: fields.optional("quantity") ?? 1, service: fields.group("service"))
    }
}

extension ServiceTerms: FieldGroup {
    static let columns = [
        "products", "channels", "service_level", "calendar", "is_hours_only", "routing.queue", "routing.skills",
        "routing.case_priority", "routing.manager", "exhaustion_policy", "renewal_notice_days",
        "billing.increment_seconds", "billing.minimum_seconds", "allocations",
    ]

    init(reading fields: Fields) {
        self.init(
            products: fields.scope("products"), channels: fields.scope("channels"),
            serviceLevel: fields.optional("service_level"), calendar: fields.optional("calendar"),
            isHoursOnly: fields.optional("is_hours_only") ?? false, routing: fields.optional("routing"),
            exhaustionPolicy: fields.optional("exhaustion_policy") ?? .block,
            renewalNoticeDays: fields.optional("renewal_notice_days"), billing: fields.optional("billing"),
            allocations: fields.list("allocations", separator: ";"))
    }
}

extension Routing: FieldGroup {
    init(reading fields: Fields) {
        self.init(
            queue: fields.optional("queue"), skills: fields.list("skills"),
            casePriority: fields.optional("case_priority"), manager: fields.optional("manager"))
    }
}

extension BillingIncrement: FieldGroup {
    init(reading fields: Fields) {
        self.init(
            incrementSeconds: fields.required("increment_seconds"),
            minimumSeconds: fields.optional("minimum_seconds") ?? 0)
    }
}

extension AllocationTerms: FieldGroup {
    /// A cell has it as `--allocation` takes it.
    init(reading field: Field) throws(EntitledError) {
        switch field.value {
        case .cell(let text): self = try AllocationText.terms(text, field: field.path)
        case .object(let values): self.init(values, path: field.path + ".", faults: field.faults)
        case .null, .flag, .number, .fraction, .text, .list: throw field.fault(allowed: Self.allowed)
        }
    }

    init(reading fields: Fields) {
        self.init(
            name: fields.optional("name") ?? "main", kind: fields.group("kind"),
            rolloverMaximum: fields.optional("rollover_maximum") ?? 0,
            carryMaximum: fields.optional("carry_maximum") ?? 0, channels: fields.scope("channels"),
            products: fields.scope("products"), weights: fields.optional("weights"),
            consumption: fields.optional("consumption"), holdSeconds: fields.optional("hold_seconds") ?? 0,
            exhaustionPolicy: fields.optional("exhaustion_policy"),
            overageLimit: fields.optional("overage_limit"))
    }
}

/// One of its kinds, by name, with what belongs to it.
extension AllocationTerms.Kind: FieldGroup {
    init(reading fields: Fields) {
        let perIncident: PerIncident? = fields.optional("per_incident")
        let incidents: IncidentsPerPeriod? = fields.optional("incidents_per_period")
        let hours: HoursPerPeriod? = fields.optional("hours_per_period")
        let unlimited: Unlimited? = fields.optional("unlimited")
        let kinds = [perIncident?.kind, incidents?.kind, hours?.kind, unlimited?.kind].compactMap(\.self)
        if kinds.count != 1 {
            fields.fault(
                "has \(kinds.count.of("kind"))",
                allowed: "exactly one of per_incident, incidents_per_period, hours_per_period, unlimited")
        }
        self = kinds.first ?? .unlimited(unit: .case)
    }

    private struct PerIncident: FieldGroup {
        let kind: AllocationTerms.Kind
        init(reading fields: Fields) { kind = .perIncident(cases: fields.required("cases")) }
    }

    private struct IncidentsPerPeriod: FieldGroup {
        let kind: AllocationTerms.Kind
        init(reading fields: Fields) {
            kind = .incidentsPerPeriod(cases: fields.required("cases"), period: fields.group("period"))
        }
    }

    private struct HoursPerPeriod: FieldGroup {
        let kind: AllocationTerms.Kind
        init(reading fields: Fields) {
            kind = .hoursPerPeriod(seconds: fields.required("seconds"), period: fields.optional("period"))
        }
    }

    private struct Unlimited: FieldGroup {
        let kind: AllocationTerms.Kind
        init(reading fields: Fields) { kind = .unlimited(unit: fields.required("unit")) }
    }
}

extension Period: FieldGroup {
    init(reading fields: Fields) {
        self.init(
            fields.optional("length") ?? 1, fields.required("unit"), anchor: fields.optional("anchor"))
    }
}

extension Weights: FieldGroup {
    init(reading fields: Fields) {
        self.init(
            channels: fields.list("channels"), priorities: fields.list("priorities"),
            outOfHours: fields.optional("out_of_hours"))
    }
}

extension Weights.ByChannel: FieldGroup {
    init(reading fields: Fields) {
        self.init(fields.required("channel"), fields.required("factor"))
    }
}

extension Weights.ByPriority: FieldGroup {
    init(reading fields: Fields) {
        self.init(fields.required("priority"), fields.required("factor"))
    }
}
