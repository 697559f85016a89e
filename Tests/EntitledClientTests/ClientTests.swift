import EntitledClient
import EntitledWire
import NIOCore
import Testing

/// Calls to a scripted server, over real TLS on loopback.
@Suite(.timeLimit(.minutes(5)))
struct ClientTests {
    typealias Script = ScriptedServer.Script

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
            let terms = EntitlementTerms(
                customer: customer, startDay: CalendarDay(daysSince1970: 20_000),
                allocations: [AllocationTerms(name: "cases", kind: .unlimited)])
            let calls: [() async throws -> Void] = [
                { _ = try await client.addCustomer(customer, kind: .account) },
                { _ = try await client.customer(customer) },
                { _ = try await client.customers() },
                { _ = try await client.addProduct(product) },
                { _ = try await client.product(product) },
                { _ = try await client.products() },
                { _ = try await client.addChannel(ChannelID(stored: "fax")) },
                { _ = try await client.channels() },
                { _ = try await client.addEntitlement(entitlement, terms) },
                { _ = try await client.activateEntitlement(entitlement) },
                { _ = try await client.entitlement(entitlement) },
                { _ = try await client.entitlements(of: customer) },
                { _ = try await client.openCase(Fixture.ticket, Fixture.inquiry) },
                { _ = try await client.checkCase(Fixture.inquiry) },
                { _ = try await client.case(Fixture.ticket) },
                { _ = try await client.journal() },
                { _ = try await client.reconcile() },
            ]
            for call in calls {
                #expect(await Fixture.error(call)?.reason == .notFound)
            }
            #expect(called.methods == Set(Method.allCases))
            #expect(called.withRequestID == Set(Method.allCases.filter(\.isCommand)))
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
