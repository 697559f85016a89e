import EntitledClient
import EntitledWire
import NIOCore
import NIOPosix
import Testing

/// Calls to a scripted server, over real TLS on loopback.
@Suite(.timeLimit(.minutes(5)))
struct ClientTests {
    typealias Script = ScriptedServer.Script

    @Test("A task on one of the client's executors is there again when its call is answered")
    func executors() async throws {
        func here() -> ObjectIdentifier? { MultiThreadedEventLoopGroup.currentEventLoop.map { ObjectIdentifier($0) } }
        try await Fixture.run(Script(request: Fixture.answerCustomer), configure: { $0.connections = 64 }) {
            client, _ in
            #expect(!client.executors.isEmpty)
            for executor in client.executors {
                // Twice: the first call may go out on another's connection.
                let loops = try await Task(executorPreference: executor) {
                    var loops: [ObjectIdentifier?] = []
                    for _ in 1...2 {
                        loops.append(here())
                        _ = try await client.customers.record(CustomerID(stored: "acme"))
                        loops.append(here())
                    }
                    return loops
                }.value
                #expect(loops[0] != nil)
                #expect(Set(loops).count == 1)
            }
        }
    }

    @Test func everyMethodCanBeCalled() async throws {
        let called = AllSeen()
        let script = Script(request: { request in
            if let method = request.method { called.insert(method, hasRequestID: !request.requestID.isEmpty) }
            request.fail(EntitledError(.notFound, "not here"))
        })
        try await Fixture.run(script) { client, _ in
            let customer = CustomerID(stored: "acme")
            let product = ProductID(stored: "printer")
            let entitlement = EntitlementID(stored: "gold")
            let service = ServiceTerms(allocations: [AllocationTerms(kind: .unlimited(unit: .case))])
            let terms = EntitlementTerms(
                customer: customer, startDay: CalendarDay(daysSince1970: 20_000), service: service)
            let calls: [() async throws -> Void] = [
                { try await Self.write(Customer(id: customer, kind: .account), client.customers) },
                { try await Self.read(customer, client.customers) },
                { try await Self.write(Product(id: product), client.products) },
                { try await Self.read(product, client.products) },
                { try await Self.write(Asset(id: AssetID(stored: "1"), product: product), client.assets) },
                { try await Self.read(AssetID(stored: "1"), client.assets) },
                {
                    let calendar = BusinessCalendar(id: CalendarID(stored: "c"), timeZone: .utc, hours: [])
                    try await Self.write(calendar, client.calendars)
                },
                { try await Self.read(CalendarID(stored: "c"), client.calendars) },
                {
                    let level = ServiceLevel(
                        id: ServiceLevelID(stored: "s"), targets: [.init(name: "resolution", seconds: 1)])
                    try await Self.write(level, client.serviceLevels)
                },
                { try await Self.read(ServiceLevelID(stored: "s"), client.serviceLevels) },
                { try await Self.write(Plan(id: PlanID(stored: "p"), service: service), client.plans) },
                { try await Self.read(PlanID(stored: "p"), client.plans) },
                { try await Self.write(Contract(id: ContractID(stored: "c"), customer: customer), client.contracts) },
                { try await Self.read(ContractID(stored: "c"), client.contracts) },
                { try await client.addChannel(ChannelID(stored: "fax")) },
                { _ = try await client.channels() },
                { _ = try await client.settings() },
                { try await client.updateSettings(Settings()) },
                { try await client.addEntitlement(entitlement, terms) },
                { try await client.updateEntitlement(entitlement, terms, version: 1) },
                { try await client.deleteEntitlement(entitlement) },
                { try await client.activateEntitlement(entitlement) },
                { try await client.suspendEntitlement(entitlement, reason: "unpaid") },
                { try await client.resumeEntitlement(entitlement) },
                { try await client.cancelEntitlement(entitlement, reason: "moved") },
                { try await client.renewEntitlement(entitlement, as: EntitlementID(stored: "gold-2")) },
                { try await client.amendEntitlement(entitlement, Amendment(quantity: 2)) },
                { try await client.addGrant(AddGrant(entitlement: entitlement, quantity: 1)) },
                { _ = try await client.entitlement(entitlement) },
                { _ = try await client.entitlements(of: customer) },
                { _ = try await client.openCase(Fixture.ticket, Fixture.inquiry) },
                { _ = try await client.checkCase(Fixture.inquiry) },
                { _ = try await client.case(Fixture.ticket) },
                { _ = try await client.journal() },
                { _ = try await client.reconcile() },
                {
                    _ = try await client.performAll([
                        AddChannel(id: ChannelID(stored: "fax")), AddChannel(id: ChannelID(stored: "telex")),
                    ])[1].get()
                },
            ]
            for call in calls {
                #expect(await Fixture.error(call)?.reason == .notFound)
            }
            #expect(called.methods == Set(Method.allCases))
            #expect(called.withRequestID == Set(Method.allCases.filter(\.isCommand)))
        }
    }

    /// Both ways of writing a record; throws what the second one throws.
    private static func write<Record>(_ record: Record, _ records: Records<Record>) async throws {
        #expect(await Fixture.error { try await records.add(record) }?.reason == .notFound)
        try await records.update(record)
    }

    /// Both ways of reading a record; throws what the second one throws.
    private static func read<Record>(_ id: Identifier<Record>, _ records: Records<Record>) async throws {
        #expect(await Fixture.error { _ = try await records.record(id) }?.reason == .notFound)
        _ = try await records.page()
    }

    @Test func recordsAreWrittenAndReadAsTheyAre() async throws {
        let plan = Plan(
            id: PlanID(stored: "gold"), name: "Gold",
            service: ServiceTerms(allocations: [AllocationTerms(kind: .unlimited(unit: .second))]), months: 12)
        let script = Script(request: { request in
            switch request.method {
            case .addPlan: Self.echo(request, AddPlan.self, \.record)
            case .updatePlan: Self.echo(request, UpdateRecord<Plan>.self, \.record)
            case .getPlan: request.answer(GetPlan.self, plan)
            case .listPlans: request.answer(ListPlans.self, Page(items: [plan], next: nil))
            case let method: Issue.record("\(method?.name ?? "nothing") was called")
            }
        })
        try await Fixture.run(script) { client, _ in
            #expect(try await client.plans.add(plan).answer == plan)
            #expect(try await client.plans.update(plan).answer == plan)
            #expect(try await client.plans.record(plan.id) == plan)
            var plans: [Plan] = []
            for try await plan in client.plans.all() { plans.append(plan) }
            #expect(plans == [plan])
        }
    }

    /// Answers a call with what it brings.
    private static func echo<Call: WireCall>(
        _ request: ScriptedServer.Request, _: Call.Type, _ record: (Call) -> Call.Answer
    ) {
        guard let call = try? Call.decodeCall(request.message) else {
            return request.fail(EntitledError(.malformedRequest, "no call"))
        }
        request.answer(Call.self, record(call))
    }

    @Test func aCheckSaysWhatItAsksFor() async throws {
        let refusal = Refusal(reason: .notCovered, entitlement: nil, candidates: [], omitted: 0)
        try await Fixture.run(Script(request: { $0.answer(CheckCase.self, .refused(refusal)) })) { client, server in
            let instant = Instant(seconds: 1)
            #expect(try await client.checkCase(Fixture.inquiry, at: instant, explains: true) == .refused(refusal))
            let request = try #require(await server.seen.request())
            #expect(
                try CheckCase.decodeCall(request.message) == CheckCase(Fixture.inquiry, at: instant, explains: true))
        }
    }

    @Test func answersComeInAnyOrder() async throws {
        try await Fixture.run(Script()) { client, server in
            try await withThrowingTaskGroup(of: (String, String).self) { group in
                for id in ["a", "b", "c"] {
                    group.addTask { (id, try await client.customer(CustomerID(stored: id)).name) }
                }
                var requests: [ScriptedServer.Request] = []
                while requests.count < 3, let request = await server.seen.request() { requests.append(request) }
                #expect(Set(requests.map(\.callID)).count == 3)
                for request in requests.reversed() { Fixture.answerCustomer(request) }
                for try await (asked, answered) in group { #expect(asked == answered) }
            }
        }
    }

    @Test func sendsWhoItIsAndHowLongItWaits() async throws {
        let script = Script(request: Fixture.answerCustomer)
        try await Fixture.run(script, configure: { $0.clientName = "crm/2" }) { client, server in
            _ = try await client.customer(CustomerID(stored: "a"), options: CallOptions(deadline: .seconds(30)))
            let hello = await server.seen.first { if case .hello(let hello, _) = $0 { hello } else { nil } }
            #expect(hello?.apiKey == "ent_test")
            #expect(hello?.client == "crm/2")
            let request = await server.seen.request()
            #expect((1_000...30_000).contains(request?.timeLeftMilliseconds ?? 0))
        }
    }

    @Test func aReplyTellsJournalNumberAndRepetition() async throws {
        let script = Script(request: {
            $0.answer(OpenCase.self, Fixture.decision, journalNumber: 42, replayed: true)
        })
        try await Fixture.run(script) { client, _ in
            let reply = try await client.openCase(Fixture.ticket, Fixture.inquiry)
            #expect(reply == Reply(answer: Fixture.decision, journalNumber: 42, isRepeated: true))
        }
    }

    @Test func aDryRunIsAskedWithoutARequestID() async throws {
        let script = Script(request: { $0.answer(OpenCase.self, Fixture.decision) })
        try await Fixture.run(script) { client, server in
            let id = RequestID()
            for requestID in [nil, id] {
                let options = CallOptions(requestID: requestID, isDryRun: true)
                let reply = try await client.openCase(Fixture.ticket, Fixture.inquiry, options: options)
                #expect(reply == Reply(answer: Fixture.decision, journalNumber: nil, isRepeated: false))
                let request = try #require(await server.seen.request())
                #expect(request.isDryRun)
                #expect(request.requestID == requestID?.bytes ?? [])
            }
        }
    }

    @Test func noAnswerEndsAtTheDeadlineWithTheRequestID() async throws {
        let id = RequestID()
        try await Fixture.run(Script(request: Fixture.answerCustomer)) { client, server in
            // Connecting may take longer than the deadline below.
            _ = try await client.customer(CustomerID(stored: "a"))
            _ = await server.seen.request()
            let error = await Fixture.error {
                _ = try await client.openCase(
                    Fixture.ticket, Fixture.inquiry, options: CallOptions(requestID: id, deadline: .milliseconds(200)))
            }
            #expect(error?.reason == .deadlineExceeded)
            #expect(error?.details["request_id"] == id.description)
            #expect(error?.details["outcome"] == "unknown")
            #expect(error?.message.contains("the outcome is unknown; ask again with the same request id") == true)
            let request = try #require(await server.seen.request())
            #expect(request.requestID == id.bytes)
            let cancelled = await server.seen.first { if case .cancel(let callID) = $0 { callID } else { nil } }
            #expect(cancelled == request.callID)
        }
    }

    @Test func cancellationIsSent() async throws {
        try await Fixture.run(Script()) { client, server in
            let task = Task {
                await Fixture.error { _ = try await client.openCase(Fixture.ticket, Fixture.inquiry) }
            }
            let request = try #require(await server.seen.request())
            task.cancel()
            let error = await task.value
            #expect(error?.reason == .cancelled)
            #expect(error?.details["outcome"] == "unknown")
            let cancelled = await server.seen.first { if case .cancel(let callID) = $0 { callID } else { nil } }
            #expect(cancelled == request.callID)
        }
    }

    @Test func aCancelledCallKeepsItsPlaceUntilItsResponse() async throws {
        let requests = AllSeen()
        let script = Script(maximumCalls: 1, request: { _ in _ = requests.count() })
        try await Fixture.run(script) { client, server in
            let task = Task { await Fixture.error { _ = try await client.customer(CustomerID(stored: "first")) } }
            let first = try #require(await server.seen.request())
            task.cancel()
            #expect(await task.value?.reason == .cancelled)
            async let second = client.customer(CustomerID(stored: "second"))
            // Whatever else it might have sent would be here by then.
            try await Task.sleep(for: .milliseconds(100))
            #expect(requests.count() == 2)
            Fixture.answerCustomer(first)
            Fixture.answerCustomer(try #require(await server.seen.request()))
            #expect(try await second.name == "second")
        }
    }

    @Test func waitsAsLongAsTheServerAsks() async throws {
        let requests = AllSeen()
        let script = Script(request: { request in
            guard requests.count() == 1 else { return Fixture.answerCustomer(request) }
            request.fail(EntitledError(.overloaded, "too much", retryAfter: .milliseconds(300)))
        })
        try await Fixture.run(script) { client, _ in
            let start = ContinuousClock.now
            _ = try await client.customer(CustomerID(stored: "a"))
            #expect(.now - start >= .milliseconds(300))
        }
    }

    @Test func callsInFlightAreBounded() async throws {
        let script = Script(maximumCalls: 1)
        try await Fixture.run(script, configure: { $0.maximumWaitingCalls = 1 }) { client, server in
            async let first = client.customer(CustomerID(stored: "first"))
            let one = try #require(await server.seen.request())
            try await withThrowingTaskGroup(of: EntitledError?.self) { group in
                for id in ["second", "third"] {
                    group.addTask {
                        await Fixture.error { _ = try await client.customer(CustomerID(stored: id)) }
                    }
                }
                // One waits, the other is one too many and knows it at once.
                let refused = try #require(await group.next() ?? nil)
                #expect(refused.reason == .overloaded)
                #expect(refused.retryAfter != nil)
                Fixture.answerCustomer(one)
                Fixture.answerCustomer(try #require(await server.seen.request()))
                #expect(try await group.next() == .some(nil))
            }
            #expect(try await first.name == "first")
        }
    }

    @Test func whoWaitsInVainWasNotSent() async throws {
        try await Fixture.run(Script(maximumCalls: 1)) { client, server in
            async let first = client.customer(CustomerID(stored: "first"))
            let one = try #require(await server.seen.request())
            let error = await Fixture.error {
                _ = try await client.openCase(
                    Fixture.ticket, Fixture.inquiry, options: CallOptions(deadline: .milliseconds(100)))
            }
            #expect(error?.reason == .deadlineExceeded)
            #expect(error?.details == [:])
            Fixture.answerCustomer(one)
            _ = try await first
        }
    }

    @Test func aRequestThatIsTooLongIsNotSent() async throws {
        let script = Script(maximumFrameBytes: 16 << 10, request: Fixture.answerCustomer)
        try await Fixture.run(script) { client, server in
            for characters in [20_000, 2_000_000] {
                let error = await Fixture.error {
                    _ = try await client.addCustomer(
                        CustomerID(stored: "a"), kind: .account, name: String(repeating: "n", count: characters))
                }
                #expect(error?.reason == .invalidField)
                #expect(error?.details["outcome"] == nil)
            }
            _ = try await client.customer(CustomerID(stored: "a"))
            #expect(await server.seen.request()?.method == .getCustomer)
        }
    }

    @Test func listsAreReadPageByPage() async throws {
        let script = Script(request: { request in
            guard let call = try? ListCustomers.decodeCall(request.message) else { return }
            let ids = call.page.after == nil ? ["a", "b"] : ["c"]
            request.answer(
                ListCustomers.self,
                Page(items: ids.map(Fixture.customer), next: call.page.after == nil ? "b" : nil))
        })
        try await Fixture.run(script) { client, server in
            var names: [String] = []
            for try await customer in client.allCustomers(pageSize: 2) { names.append(customer.name) }
            #expect(names == ["a", "b", "c"])
            let pages = [await server.seen.request(), await server.seen.request()]
                .compactMap { $0.flatMap { try? ListCustomers.decodeCall($0.message).page } }
            #expect(pages == [PageRequest(limit: 2), PageRequest(after: "b", limit: 2)])
        }
    }

    @Test func aResponseThatCannotBeReadLeavesTheOutcomeUnknown() async throws {
        let script = Script(request: { request in
            request.peer.send(Frame(kind: .response, callID: request.callID, body: ByteBuffer(bytes: [9])))
        })
        try await Fixture.run(script) { client, _ in
            let error = await Fixture.error { _ = try await client.openCase(Fixture.ticket, Fixture.inquiry) }
            #expect(error?.reason == .outcomeUnknown)
            #expect(error?.details["request_id"] != nil)
        }
    }
}
