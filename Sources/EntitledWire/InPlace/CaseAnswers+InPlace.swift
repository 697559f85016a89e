import EntitledCore

extension Opening {
    /// - Returns: nil if it isn't a plain one.
    init?(inPlace fields: inout FieldReader) {
        var `case`: Case?
        var debits: [Debit] = []
        while let number = fields.next() {
            switch number {
            // A second one would have to be merged.
            case 1 where `case` == nil: `case` = fields.message { Case(inPlace: &$0) }
            case 2: if let debit = fields.message({ Debit(inPlace: &$0) }) { debits.append(debit) }
            default: return nil
            }
        }
        guard let `case` else { return nil }
        self.init(case: `case`, debits: debits)
    }

    /// But for the routing.
    func write(_ fields: inout FieldWriter) {
        fields.message(1) { self.case.write(&$0) }
        for debit in debits { fields.message(2) { debit.write(&$0) } }
    }
}

extension Case {
    fileprivate init?(inPlace fields: inout FieldReader) {
        var (id, customer, entitlement) = ("", "", "")
        var (product, asset, channel, serviceLevel): (String?, String?, String?, String?)
        var priority: Int32?
        var openedAt: Int64 = 0
        var charges: [Charge] = []
        while let number = fields.next() {
            switch number {
            case 1: id = fields.text()
            case 2: customer = fields.text()
            case 3: product = fields.text()
            case 4: asset = fields.text()
            case 5: channel = fields.text()
            case 6: priority = fields.int32()
            case 7: entitlement = fields.text()
            case 8: serviceLevel = fields.text()
            case 9: openedAt = fields.int64()
            case 10: if let charge = fields.message({ Charge(inPlace: &$0) }) { charges.append(charge) }
            default: return nil
            }
        }
        guard !id.isEmpty, !customer.isEmpty, !entitlement.isEmpty, product != "", asset != "", channel != "",
            serviceLevel != "", let opened = try? Reading.answer.instant(openedAt, "opened_at_us")
        else { return nil }
        let urgency = priority.flatMap { try? Reading.answer.casePriority($0, "priority") }
        guard (priority == nil) == (urgency == nil) else { return nil }
        self.init(
            id: CaseID(stored: id), customer: CustomerID(stored: customer),
            product: product.map(ProductID.init(stored:)),
            asset: asset.map(AssetID.init(stored:)), channel: channel.map(ChannelID.init(stored:)), priority: urgency,
            entitlement: EntitlementID(stored: entitlement),
            serviceLevel: serviceLevel.map(ServiceLevelID.init(stored:)), openedAt: opened, charges: charges)
    }

    fileprivate func write(_ fields: inout FieldWriter) {
        fields.field(1, id.text)
        fields.field(2, customer.text)
        if let product { fields.present(3, product.text) }
        if let asset { fields.present(4, asset.text) }
        if let channel { fields.present(5, channel.text) }
        if let priority { fields.present(6, priority.number) }
        fields.field(7, entitlement.text)
        if let serviceLevel { fields.present(8, serviceLevel.text) }
        fields.field(9, openedAt.microseconds)
        for charge in charges { fields.message(10) { charge.write(&$0) } }
    }
}

extension Charge {
    fileprivate init?(inPlace fields: inout FieldReader) {
        var (allocation, grant, amount, isHeld) = ("", Int32(0), Int64(0), false)
        while let number = fields.next() {
            switch number {
            case 1: allocation = fields.text()
            case 2: grant = fields.int32()
            case 3: amount = fields.int64()
            case 4: isHeld = fields.bool()
            default: return nil
            }
        }
        self.init(allocation: allocation, grant: grant, amount: amount, isHeld: isHeld)
    }

    fileprivate func write(_ fields: inout FieldWriter) {
        fields.field(1, allocation)
        fields.field(2, grant)
        fields.field(3, amount)
        fields.field(4, isHeld)
    }
}

extension Debit {
    fileprivate init?(inPlace fields: inout FieldReader) {
        var (allocation, amount, isHeld) = ("", Int64(0), false)
        var (remaining, available): (Int64?, Int64?)
        while let number = fields.next() {
            switch number {
            case 1: allocation = fields.text()
            case 2: amount = fields.int64()
            case 3: isHeld = fields.bool()
            case 4: remaining = fields.int64()
            case 5: available = fields.int64()
            default: return nil
            }
        }
        self.init(
            allocation: allocation, amount: amount, isHeld: isHeld, remaining: remaining, available: available)
    }

    fileprivate func write(_ fields: inout FieldWriter) {
        fields.field(1, allocation)
        fields.field(2, amount)
        fields.field(3, isHeld)
        if let remaining { fields.present(4, remaining) }
        if let available { fields.present(5, available) }
    }
}

extension Coverage {
    /// - Returns: nil if it isn't a plain one.
    init?(inPlace fields: inout FieldReader) {
        var entitlement = ""
        var serviceLevel: String?
        var debits: [Debit] = []
        var candidates: [Candidate] = []
        var omitted: Int32 = 0
        while let number = fields.next() {
            switch number {
            case 1: entitlement = fields.text()
            case 2: serviceLevel = fields.text()
            case 4: if let debit = fields.message({ Debit(inPlace: &$0) }) { debits.append(debit) }
            case 5: if let candidate = fields.message({ Candidate(inPlace: &$0) }) { candidates.append(candidate) }
            case 6: omitted = fields.int32()
            default: return nil
            }
        }
        guard !entitlement.isEmpty, serviceLevel != "" else { return nil }
        self.init(
            entitlement: EntitlementID(stored: entitlement),
            serviceLevel: serviceLevel.map(ServiceLevelID.init(stored:)), debits: debits, candidates: candidates,
            omitted: omitted)
    }

    /// But for the routing.
    func write(_ fields: inout FieldWriter) {
        fields.field(1, entitlement.text)
        if let serviceLevel { fields.present(2, serviceLevel.text) }
        for debit in debits { fields.message(4) { debit.write(&$0) } }
        for candidate in candidates { fields.message(5) { candidate.write(&$0) } }
        fields.field(6, omitted)
    }
}

extension Candidate {
    fileprivate init?(inPlace fields: inout FieldReader) {
        var entitlement = ""
        var rank: Int32?
        var mismatch: Mismatch?
        var isDefault: Bool?
        while let number = fields.next() {
            switch number {
            case 1: entitlement = fields.text()
            case 2: rank = fields.int32()
            case 3:
                guard let known = Mismatch(number: fields.int32()) else { return nil }
                mismatch = known
            case 4: isDefault = fields.bool() ? true : nil
            default: return nil
            }
        }
        guard !entitlement.isEmpty else { return nil }
        self.init(
            entitlement: EntitlementID(stored: entitlement), rank: rank, mismatch: mismatch, isDefault: isDefault)
    }

    /// But for what explains it.
    fileprivate func write(_ fields: inout FieldWriter) {
        fields.field(1, entitlement.text)
        if let rank { fields.present(2, rank) }
        if let mismatch { fields.present(3, mismatch.rawValue) }
        fields.field(4, isDefault ?? false)
    }
}

extension Mismatch {
    fileprivate init?(number: Int32) {
        guard let number = RawValue(exactly: number) else { return nil }
        self.init(rawValue: number)
    }
}
