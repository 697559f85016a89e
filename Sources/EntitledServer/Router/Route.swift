import EntitledCore
import EntitledService
import EntitledWire

/// One method's way: decode the call, start it, encode its answer.
struct Route: Sendable {
    let method: Method
    /// Starts a call; unless that throws, its answer is given once, from whatever thread.
    let start: @Sendable (RoutedCall, @escaping Completion<RoutedReply.Answer>) throws -> any StartedCall

    static func command<C: DecidableCommand & WireCall>(_ type: C.Type, _ service: EntitlementService) -> Route {
        Route(method: (C.self as any Command.Type).method) { call, answer in
            try service.start(try C.decodeCall(call.request.message), call.context) { result in
                answer(
                    result.encoded { reply throws(EntitledError) in
                        RoutedReply.Answer(
                            message: try C.encode(reply.answer), journalNumber: reply.journalNumber,
                            isRepeated: reply.isRepeated)
                    })
            }
        }
    }

    static func query<Q: FactsQuery & WireCall>(_ type: Q.Type, _ service: EntitlementService) -> Route {
        Route(method: (Q.self as any Query.Type).method) { call, answer in
            try service.start(try Q.decodeCall(call.request.message), call.context, encoding(Q.self, to: answer))
        }
    }

    static func list<Q: StoreQuery & WireCall>(_ type: Q.Type, _ service: EntitlementService) -> Route {
        Route(method: (Q.self as any Query.Type).method) { call, answer in
            try service.start(try Q.decodeCall(call.request.message), call.context, encoding(Q.self, to: answer))
        }
    }

    /// Takes a query's answer and hands it on as it travels.
    private static func encoding<Q: WireCall>(
        _ type: Q.Type, to answer: @escaping Completion<RoutedReply.Answer>
    ) -> Completion<Q.Answer> {
        { result in
            answer(
                result.encoded { reply throws(EntitledError) in
                    RoutedReply.Answer(message: try Q.encode(reply))
                })
        }
    }

    /// The four methods of one kind of record.
    static func record<Record: StoredRecord & WireItem>(
        _ type: Record.Type, _ service: EntitlementService
    ) -> [Route] {
        [
            .command(AddRecord<Record>.self, service), .query(GetRecord<Record>.self, service),
            .list(ListRecords<Record>.self, service), .command(UpdateRecord<Record>.self, service),
        ]
    }

    /// The table: every method once.
    static func all(_ service: EntitlementService) -> [Route] {
        let records =
            record(Customer.self, service) + record(Product.self, service) + record(Asset.self, service)
            + record(BusinessCalendar.self, service) + record(ServiceLevel.self, service)
            + record(Plan.self, service) + record(Contract.self, service)
        let others: [Route] = [
            .command(AddChannel.self, service),
            .list(ListChannels.self, service),
            .command(AddEntitlement.self, service),
            .query(GetEntitlement.self, service),
            .list(ListEntitlements.self, service),
            .command(ActivateEntitlement.self, service),
            .command(UpdateEntitlement.self, service),
            .command(DeleteEntitlement.self, service),
            .command(SuspendEntitlement.self, service),
            .command(ResumeEntitlement.self, service),
            .command(CancelEntitlement.self, service),
            .command(RenewEntitlement.self, service),
            .command(AmendEntitlement.self, service),
            .command(AddGrant.self, service),
            .command(OpenCase.self, service),
            .query(CheckCase.self, service),
            .query(GetCase.self, service),
            .query(GetSettings.self, service),
            .command(UpdateSettings.self, service),
            .list(ListJournal.self, service),
            .list(Reconcile.self, service),
        ]
        let routes = records + others
        return routes + [.batch(of: routes)]
    }

    /// Carries a call of this method out. Whatever goes wrong is part of the reply, which comes once, from whatever
    /// thread; maybe at once.
    ///
    /// The checks come in the order of what is told to whom: permission, request id, room, message.
    ///
    /// - Returns: the call, unless it has its reply already.
    func start(_ call: RoutedCall, _ reply: @escaping @Sendable (RoutedReply) -> Void) -> (any StartedCall)? {
        let failures = call.failures
        do {
            try call.principal.authorise(method)
            if method.isCommand, call.request.requestID == nil, !call.request.isDryRun {
                throw EntitledError.invalid("request_id", "is missing", allowed: "exactly 16 bytes")
            }
            return try start(call) { result in
                switch result {
                case .success(let answer): reply(.answered(answer))
                case .failure(let error): reply(failures.reply(to: error))
                }
            }
        } catch {
            reply(failures.reply(to: error))
            return nil
        }
    }
}

extension Result where Failure == EntitledError {
    /// The success as it travels.
    func encoded<Value>(
        _ encode: (Success) throws(EntitledError) -> Value
    ) -> Result<Value, EntitledError> {
        flatMap { success in
            do throws(EntitledError) {
                return .success(try encode(success))
            } catch {
                return .failure(error)
            }
        }
    }
}
