package import EntitledCore
import Foundation
import SwiftProtobuf

extension Entitled_V1_ListJournalRequest: PageRequestMessage {}

extension ListJournal: WireCall {
    package typealias AnswerMessage = Entitled_V1_JournalPage

    package init(message: Entitled_V1_ListJournalRequest) throws(EntitledError) {
        self.init(
            entitlement: try Reading.call.id(message.entitlement, ifSet: message.hasEntitlement, "entitlement"),
            case: try Reading.call.id(message.case, ifSet: message.hasCase, "case"), page: try PageRequest(message))
        _ = try after()
    }

    package var message: Entitled_V1_ListJournalRequest {
        .with {
            $0.set(page)
            if let entitlement { $0.entitlement = entitlement.text }
            if let `case` { $0.case = `case`.text }
        }
    }
}

extension Reconcile: WireCall {
    package typealias AnswerMessage = Entitled_V1_Reconciliation

    package init(message: Entitled_V1_ReconcileRequest) throws(EntitledError) {
        self.init()
    }

    package var message: Entitled_V1_ReconcileRequest { .init() }
}

extension Posting: WireRecord {
    package init(_ message: Entitled_V1_Posting, by reading: Reading) throws(EntitledError) {
        self.init(
            allocation: message.allocation, grant: message.grant, granted: message.granted, charged: message.charged,
            held: message.held, remainingAfter: message.hasRemainingAfter ? message.remainingAfter : nil,
            availableAfter: message.hasAvailableAfter ? message.availableAfter : nil)
    }

    package var message: Entitled_V1_Posting {
        .with {
            $0.allocation = allocation
            $0.grant = grant
            $0.granted = granted
            $0.charged = charged
            $0.held = held
            if let remainingAfter { $0.remainingAfter = remainingAfter }
            if let availableAfter { $0.availableAfter = availableAfter }
        }
    }
}

extension JournalEntry {
    fileprivate init(_ message: Entitled_V1_JournalLine, by reading: Reading) throws(EntitledError) {
        self.init(
            event: try reading.named(message.event, "event"), actor: message.actor,
            occurredAt: try reading.instant(message.occurredAtUs, "occurred_at_us"),
            customer: try reading.id(message.customer, ifSet: message.hasCustomer, "customer"),
            product: try reading.id(message.product, ifSet: message.hasProduct, "product"),
            channel: try reading.id(message.channel, ifSet: message.hasChannel, "channel"),
            entitlement: try reading.id(message.entitlement, ifSet: message.hasEntitlement, "entitlement"),
            case: try reading.id(message.case, ifSet: message.hasCase, "case"),
            postings: message.hasPosting ? [try reading.value(message.posting, "posting")] : [],
            detail: message.hasDetail ? message.detail : nil)
    }
}

extension Entitled_V1_JournalPage: PageMessage {}

extension JournalLine: WireItem {
    package typealias Items = Entitled_V1_JournalPage

    package init(_ message: Entitled_V1_JournalLine, by reading: Reading) throws(EntitledError) {
        var request: RequestID?
        if message.hasRequestID {
            try reading.require(message.requestID.count == 16, "request_id", allowed: "exactly 16 bytes")
            request = try RequestID(bytes: message.requestID)
        }
        self.init(
            number: message.number, request: request,
            recordedAt: try reading.instant(message.recordedAtUs, "recorded_at_us"),
            entry: try JournalEntry(message, by: reading))
    }

    package var message: Entitled_V1_JournalLine {
        assert(entry.postings.count <= 1, "a journal line has one posting at most")
        return .with {
            $0.number = number
            if let request { $0.requestID = Data(request.bytes) }
            $0.recordedAtUs = recordedAt.microseconds
            $0.event = .init(entry.event)
            $0.actor = entry.actor
            $0.occurredAtUs = entry.occurredAt.microseconds
            if let customer = entry.customer { $0.customer = customer.text }
            if let product = entry.product { $0.product = product.text }
            if let channel = entry.channel { $0.channel = channel.text }
            if let entitlement = entry.entitlement { $0.entitlement = entitlement.text }
            if let `case` = entry.case { $0.case = `case`.text }
            if let posting = entry.postings.first { $0.posting = posting.message }
            if let detail = entry.detail { $0.detail = detail }
        }
    }
}

extension Reconciliation: WireRecord {
    package init(_ message: Entitled_V1_Reconciliation, by reading: Reading) throws(EntitledError) {
        self.init(
            journalLines: message.journalLines, grants: message.grants, cases: message.cases,
            differences: message.differences)
    }

    package var message: Entitled_V1_Reconciliation {
        .with {
            $0.journalLines = journalLines
            $0.grants = grants
            $0.cases = cases
            $0.differences = differences
        }
    }
}
