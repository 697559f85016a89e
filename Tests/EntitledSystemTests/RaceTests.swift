import EntitledClient
import EntitledCore
import EntitledService
import EntitledStore
import EntitledTestKit
import Foundation
import Logging
import Testing

@Suite struct TwoServersTests {
    private struct Tally: Sendable {
        var opened = 0
        var refused = 0
        var repeated = 0

        mutating func count(_ reply: Reply<CaseDecision>) {
            if reply.isRepeated { repeated += 1 }
            switch reply.answer {
            case .opened: opened += reply.isRepeated ? 0 : 1
            case .refused: refused += reply.isRepeated ? 0 : 1
            case .exists: break
            }
        }
    }

    @Test("64 connections to two servers race for 500 cases: exactly 500 are charged")
    func raceForOneAllocation() async throws {
        let installation = try await TestInstallation.shared
        let tenant = try await installation.makeTenant()
        let key = try await installation.provisioning.createKey(
            tenant: tenant, name: "race", role: .manager, pepper: installation.pepper)
        let clerk = Clerk(installation.store, tenant: tenant)
        try await clerk.customer("acme")
        try await clerk.entitlement("gold", EntitlementTerms(for: "acme", cases: 500))
        let servers = [
            try await ServerProcess.start(on: installation), try await ServerProcess.start(on: installation),
        ]

        // 2,000 requests; every tenth repeats the one before it, through the other server.
        let requests = (0..<2_000).map { number in (number % 10 == 9 ? number - 1 : number) }
        let ids = (0..<2_000).map { _ in RequestID() }
        let tally = try await withThrowingTaskGroup(of: Tally.self) { group in
            for connection in 0..<64 {
                let configuration = servers[connection % 2].configuration(key: key)
                group.addTask {
                    try await EntitledClient.withClient(configuration, logger: .quiet) { client in
                        var tally = Tally()
                        for number in stride(from: connection, to: 2_000, by: 64) {
                            let request = requests[number]
                            let reply = try await client.openCase(
                                CaseID("C-\(request)"), Inquiry("acme"), options: CallOptions(requestID: ids[request]))
                            tally.count(reply)
                        }
                        return tally
                    }
                }
            }
            return try await group.reduce(into: Tally()) { sum, next in
                sum.opened += next.opened
                sum.refused += next.refused
                sum.repeated += next.repeated
            }
        }
        for server in servers { #expect(await server.terminate() == 0) }

        #expect(tally.opened == 500)
        #expect(tally.refused == 1_300)
        #expect(tally.repeated == 200)
        let balance = try await clerk.view("gold").balances[0]
        #expect(balance.charged == 500 && balance.remaining == 0)
        let reconciliation = try await installation.store.reconcile(tenant)
        #expect(reconciliation.differences == [])
        #expect(reconciliation.cases == 500)
        // An account, a draft, an activation, and each request decided once.
        #expect(reconciliation.journalLines == 3 + 1_800)
    }

    @Test("a server that is killed at any moment loses no answer that it gave, and charges nothing twice")
    func killedServer() async throws {
        let installation = try await TestInstallation.shared
        let tenant = try await installation.makeTenant()
        let key = try await installation.provisioning.createKey(
            tenant: tenant, name: "crash", role: .manager, pepper: installation.pepper)
        let clerk = Clerk(installation.store, tenant: tenant)
        try await clerk.customer("acme")
        try await clerk.entitlement("gold", EntitlementTerms(for: "acme", cases: 10_000))
        let ids = (0..<3_000).map { _ in RequestID() }

        let doomed = try await ServerProcess.start(on: installation)
        var configuration = doomed.configuration(key: key, connections: 2)
        configuration.retries = .never
        let answered = try await EntitledClient.withClient(configuration, logger: .quiet) { client in
            await withTaskGroup(of: (Int, Reply<CaseDecision>)?.self) { group in
                for (number, id) in ids.enumerated() {
                    group.addTask {
                        guard
                            let reply = try? await client.openCase(
                                CaseID("C-\(number)"), Inquiry("acme"),
                                options: CallOptions(requestID: id, deadline: .seconds(20)))
                        else { return nil }
                        return (number, reply)
                    }
                }
                var answered: [Int: Reply<CaseDecision>] = [:]
                for await next in group {
                    if let (number, reply) = next { answered[number] = reply }
                    // In the midst of it, with batches under way.
                    if answered.count == 200 { await doomed.kill() }
                }
                return answered
            }
        }
        #expect(answered.count >= 200)

        let second = try await ServerProcess.start(on: installation)
        let again = try await EntitledClient.withClient(
            second.configuration(key: key, connections: 2), logger: .quiet
        ) { client in
            try await withThrowingTaskGroup(of: (Int, Reply<CaseDecision>).self) { group in
                for (number, id) in ids.enumerated() {
                    group.addTask {
                        let options = CallOptions(requestID: id)
                        return (
                            number, try await client.openCase(CaseID("C-\(number)"), Inquiry("acme"), options: options)
                        )
                    }
                }
                return try await group.reduce(into: [Int: Reply<CaseDecision>]()) { $0[$1.0] = $1.1 }
            }
        }
        #expect(await second.terminate() == 0)
        for (number, reply) in answered {
            #expect(again[number]?.isRepeated == true)
            #expect(again[number]?.answer == reply.answer)
            #expect(again[number]?.journalNumber == reply.journalNumber)
        }
        let reconciliation = try await installation.store.reconcile(tenant)
        #expect(reconciliation.differences == [])
        #expect(reconciliation.cases == 3_000)
    }
}
