import Foundation
import SwiftProtobuf

extension Entitled_V1_RequestHeader {
    package init?(inPlace bytes: UnsafeRawBufferPointer) {
        self.init()
        var fields = FieldReader(bytes)
        while let number = fields.next() {
            switch number {
            case 1: method = fields.uint32()
            case 2: timeLeftMs = fields.uint32()
            case 3: requestID = Data(fields.bytes())
            case 5: dryRun = fields.bool()
            default: return nil
            }
        }
        if fields.isUnusual { return nil }
    }

    package func writeInPlace(_ fields: inout FieldWriter) -> Bool {
        guard traceParent.isEmpty, unknownFields.data.isEmpty else { return false }
        fields.field(1, method)
        fields.field(2, timeLeftMs)
        fields.field(3, bytes: requestID)
        fields.field(5, dryRun)
        return true
    }
}

extension Entitled_V1_ResponseHeader {
    package init?(inPlace bytes: UnsafeRawBufferPointer) {
        self.init()
        var fields = FieldReader(bytes)
        while let number = fields.next() {
            switch number {
            case 6: replayed = fields.bool()
            case 7: journalNumber = fields.varint()
            default: return nil
            }
        }
        if fields.isUnusual { return nil }
    }

    package func writeInPlace(_ fields: inout FieldWriter) -> Bool {
        guard status == 0, reason.isEmpty, message.isEmpty, details.isEmpty, retryAfterMs == 0,
            unknownFields.data.isEmpty
        else { return false }
        fields.field(6, replayed)
        fields.field(7, journalNumber)
        return true
    }
}
