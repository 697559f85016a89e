import ArgumentParser
import EntitledClient

/// How plans are written.
struct PlanOptions: RecordOptions {
    static let abstract = "Templates for entitlements; an entitlement copies its plan when it is written."
    static let discussion = AllocationText.help
    static var commands: [any ParsableCommand.Type] {
        [
            RecordAdd<Self>.self, RecordUpdate<Self>.self, RecordList<Plan>.self, RecordShow<Plan>.self,
            PlanExamples.self,
        ]
    }

    @OptionGroup(title: "What is sold") var service: ServiceOptions
    @Option(
        name: .long,
        help: ArgumentHelp("How long entitlements made from it run (default: they run on).", valueName: "n"))
    var months: Int32?

    enum Field: ClearableField {
        case months
        case service(ServiceOptions.Field)

        static var allCases: [Field] { [.months] + ServiceOptions.Field.allCases.map(Field.service) }

        var name: String {
            switch self {
            case .months: "months"
            case .service(let field): field.name
            }
        }
    }

    func record(_ id: PlanID) -> Plan { Plan(id: id, service: ServiceTerms()) }

    func change(_ plan: inout Plan) throws {
        try service.change(&plan.service)
        plan.months = months ?? plan.months
    }

    static func clear(_ field: Field, in plan: inout Plan) {
        switch field {
        case .months: plan.months = nil
        case .service(let field): ServiceOptions.clear(field, in: &plan.service)
        }
    }
}

extension Plan: PrintedRecord {
    static let commandName = "plan"
    static func records(of client: EntitledClient) -> Records<Plan> { client.plans }
    static let listColumns = ["months", "channels", "sla", "allocations"]
    var listCells: [String] {
        [
            months.map { "\($0)" } ?? "", service.channels?.text ?? "all", service.serviceLevel?.text ?? "",
            service.allocations.map(AllocationText.text).joined(separator: "; "),
        ]
    }
    var details: [(String, String)] { [("months", months.map { "\($0)" } ?? "")] + service.details }
}
