import EntitledCore

extension OpenCase: InPlaceCall {
    static func readCall(_ fields: inout FieldReader) -> OpenCase? {
        var (id, inquiry) = ("", InquiryFields())
        while let number = fields.next() {
            if number == 1 { id = fields.text() } else { inquiry.read(number - 1, &fields) }
        }
        guard let id = try? CaseID(id), let inquiry = inquiry.inquiry else { return nil }
        return OpenCase(id: id, inquiry)
    }

    func writeCall(_ fields: inout FieldWriter) {
        fields.field(1, id.text)
        fields.inquiry(inquiry, from: 2)
    }

    static func readAnswer(_ fields: inout FieldReader) -> CaseDecision? {
        guard fields.next() == 1, let opening = fields.message({ Opening(inPlace: &$0) }), fields.next() == nil else {
            return nil
        }
        return .opened(opening)
    }

    static func writeAnswer(_ answer: CaseDecision, _ fields: inout FieldWriter) -> Bool {
        switch answer {
        case .opened(let opening):
            guard opening.routing == nil else { return false }
            fields.message(1) { opening.write(&$0) }
            return true
        case .refused, .exists: return false
        }
    }
}

extension CheckCase: InPlaceCall {
    static func readCall(_ fields: inout FieldReader) -> CheckCase? {
        var (explains, inquiry) = (false, InquiryFields())
        while let number = fields.next() {
            switch number {
            case 7: return nil
            case 8: explains = fields.bool()
            default: inquiry.read(number, &fields)
            }
        }
        return inquiry.inquiry.map { CheckCase($0, explains: explains) }
    }

    func writeCall(_ fields: inout FieldWriter) {
        fields.inquiry(inquiry, from: 1)
        if let at { fields.present(7, at.microseconds) }
        fields.field(8, explains)
    }

    static func readAnswer(_ fields: inout FieldReader) -> CaseCheck? {
        guard fields.next() == 1, let coverage = fields.message({ Coverage(inPlace: &$0) }), fields.next() == nil else {
            return nil
        }
        return .covered(coverage)
    }

    static func writeAnswer(_ answer: CaseCheck, _ fields: inout FieldWriter) -> Bool {
        switch answer {
        case .covered(let coverage):
            let isPlain = coverage.candidates.allSatisfy { $0.specificity == nil && $0.demands == nil }
            guard coverage.routing == nil, isPlain else { return false }
            fields.message(1) { coverage.write(&$0) }
            return true
        case .refused: return false
        }
    }
}

/// The fields that describe a case, as they come.
private struct InquiryFields {
    private var customer = ""
    private var product: String?
    private var asset: String?
    private var channel: String?
    private var priority: Int32?
    private var entitlement: String?

    /// - Parameter number: the field's, counted from 1 for the customer.
    mutating func read(_ number: UInt64, _ fields: inout FieldReader) {
        switch number {
        case 1: customer = fields.text()
        case 2: product = fields.text()
        case 3: asset = fields.text()
        case 4: channel = fields.text()
        case 5: priority = fields.int32()
        case 6: entitlement = fields.text()
        default: let _: Bool? = fields.reject()
        }
    }

    /// Nil if a field isn't allowed.
    var inquiry: Inquiry? {
        try? Inquiry(
            customer: CustomerID(customer), product: product.map { try ProductID($0) },
            asset: asset.map { try AssetID($0) }, channel: channel.map { try ChannelID($0) },
            priority: priority.map { try Reading.call.casePriority($0, ifSet: true, "priority") } ?? nil,
            entitlement: entitlement.map { try EntitlementID($0) })
    }
}

extension FieldWriter {
    /// - Parameter first: the customer's number; the others' follow.
    fileprivate mutating func inquiry(_ inquiry: Inquiry, from first: UInt8) {
        field(first, inquiry.customer.text)
        if let product = inquiry.product { present(first + 1, product.text) }
        if let asset = inquiry.asset { present(first + 2, asset.text) }
        if let channel = inquiry.channel { present(first + 3, channel.text) }
        if let priority = inquiry.priority { present(first + 4, priority.number) }
        if let entitlement = inquiry.entitlement { present(first + 5, entitlement.text) }
    }
}
