/// The types that this layer reads and writes, by their fixed OIDs (PostgreSQL's `pg_type.dat`).
package enum TypeOID: UInt32, Sendable {
    case bool = 16
    case bytea = 17
    case name = 19
    case int8 = 20
    case int2 = 21
    case int4 = 23
    case text = 25
    case bpchar = 1042
    case varchar = 1043
    case date = 1082
    case timestamptz = 1184
    case uuid = 2950
    case record = 2249

    case boolArray = 1000
    case byteaArray = 1001
    case nameArray = 1003
    case int2Array = 1005
    case int4Array = 1007
    case textArray = 1009
    case bpcharArray = 1014
    case varcharArray = 1015
    case int8Array = 1016
    case dateArray = 1182
    case timestamptzArray = 1185
    case uuidArray = 2951
    case recordArray = 2287

    /// The type that a value of this one reads like: all character types are text on the wire.
    var wireType: TypeOID {
        switch self {
        case .name, .bpchar, .varchar: .text
        case .nameArray, .bpcharArray, .varcharArray: .textArray
        case .bool, .bytea, .int8, .int2, .int4, .text, .date, .timestamptz, .uuid, .record, .boolArray, .byteaArray,
            .int2Array, .int4Array, .textArray, .int8Array, .dateArray, .timestamptzArray, .uuidArray, .recordArray:
            self
        }
    }
}

/// PostgreSQL counts days and microseconds from 2000-01-01, we from 1970-01-01.
///
/// Both types keep their extremes for ±infinity. What doesn't fit is written as a value that the server refuses
/// (SQLSTATE 22008), so nothing out of range is ever stored as something else.
enum PostgresEpoch {
    static let microseconds: Int64 = 946_684_800_000_000
    static let days: Int32 = 10_957

    static func timestamp(microsecondsSince1970 value: Int64) -> Int64 {
        let (shifted, overflow) = value.subtractingReportingOverflow(microseconds)
        return overflow || shifted == .min ? .min + 1 : shifted
    }

    static func date(daysSince1970 value: Int32) -> Int32 {
        let (shifted, overflow) = value.subtractingReportingOverflow(days)
        return overflow || shifted == .min ? .min + 1 : shifted
    }

    /// nil for ±infinity and for what does not fit.
    static func microsecondsSince1970(timestamp value: Int64) -> Int64? {
        let (shifted, overflow) = value.addingReportingOverflow(microseconds)
        return overflow || value == .min || value == .max ? nil : shifted
    }

    /// nil for ±infinity and for what does not fit.
    static func daysSince1970(date value: Int32) -> Int32? {
        let (shifted, overflow) = value.addingReportingOverflow(days)
        return overflow || value == .min || value == .max ? nil : shifted
    }
}
