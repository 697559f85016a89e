internal import EntitledWire
internal import NIOCore
internal import Synchronization

/// A welcomed connection, as everything outside its event loop sees it: orders go in from any thread, and those that
/// gather before the event loop comes by leave it in one write.
final class Connection: Sendable {
    enum Order: Sendable {
        case call(AttemptID, CallRequest)
        case withdraw(AttemptID)
        case finish
        case abort
    }

    let eventLoop: any EventLoop
    private let handler: NIOLoopBound<ConnectionHandler>
    private let orders = Mutex<[Order]>([])

    init(_ handler: ConnectionHandler, eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        self.handler = NIOLoopBound(handler, eventLoop: eventLoop)
    }

    /// An order that comes too late for the connection is answered like any other: a call bounces.
    func submit(_ order: Order) {
        let isFirst = orders.withLock { orders in
            orders.append(order)
            return orders.count == 1
        }
        guard isFirst else { return }
        eventLoop.execute {
            let gathered = self.orders.withLock { orders in
                let gathered = orders
                orders.removeAll(keepingCapacity: true)
                return gathered
            }
            self.handler.value.carryOut(gathered)
        }
    }
}
