-- | Web orders.
module Retail.Http.OrderServer (orderServer) where

import Retail.App.Env
import Retail.App.Orders qualified as Orders
import Retail.App.Work
import Retail.Contract.WebOrder
import Retail.Db.Transaction (inTransaction)
import Retail.Db.WebOrder qualified as Db
import Retail.Domain.Role (Permission (..))
import Retail.Http.Api
import Retail.Http.Common
import Servant.Server.Generic (AsServerT)

orderServer :: Env -> Actor -> OrderApi (AsServerT IO)
orderServer env@Env {database, clock} actor@Actor {organisation} =
  OrderApi
    { listOrders = \after limit -> do
        require actor ReadOrders
        mark <- traverse idCursor after
        pageOf limit markOf <$> inTransaction database organisation (\connection -> Db.listOrders connection (placesOf actor ReadOrders) mark (size limit)),
      listOpenOrders = \location after limit -> do
        requireAt actor ReadOrders location
        mark <- traverse idCursor after
        pageOf limit markOf <$> foundIn env actor "location" "location" location (inTransaction database organisation (\connection -> Db.listOpenOrders connection location mark (size limit))),
      readOrder = \wanted -> inTransaction database organisation $ \connection -> do
        order@Order {head = OrderHead {locationId}} <- Orders.readOrder connection wanted
        order <$ requireAt actor ReadOrders locationId,
      startOrder = \key request -> do
        now <- clock
        mutate env actor key "orders" request (\work -> Orders.startOrder work now request),
      editOrder = \order key request -> mutate env actor key ("orders " <> idText order) request (\work -> Orders.editOrder work order request),
      placeOrder = \order key request -> mutate env actor key ("place " <> idText order) request (\work -> Orders.placeOrder work order request),
      cancelOrder = \order key -> mutate env actor key ("cancel " <> idText order) () (`Orders.cancelOrder` order),
      fulfilOrder = \order key request -> mutate env actor key ("fulfilments of " <> idText order) request (\work -> Orders.fulfilOrder work order request),
      refundOrder = \order key -> mutate env actor key ("refund-order " <> idText order) () (`Orders.refundOrder` order)
    }
  where
    markOf OrderHead {orderId} = idText orderId
