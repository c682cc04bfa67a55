-- | Suppliers, orders from them, and what was received.
module Retail.Http.PurchaseServer (purchaseServer) where

import Retail.App.Env
import Retail.App.Purchases qualified as Purchases
import Retail.App.Work
import Retail.Contract.Purchase
import Retail.Db.Purchase qualified as Purchase
import Retail.Db.Transaction (inTransaction)
import Retail.Domain.Id
import Retail.Domain.Role (Permission (..))
import Retail.Http.Api
import Retail.Http.Common
import Servant.Server.Generic (AsServerT)

purchaseServer :: Env -> Actor -> PurchaseApi (AsServerT IO)
purchaseServer env@Env {database} actor@Actor {organisation} =
  PurchaseApi
    { listSuppliers = \after limit -> do
        require actor ReceiveGoods
        mark <- traverse textCursor after
        pageOf limit (\Supplier {name} -> name) <$> Purchase.listSuppliers database organisation mark (size limit),
      addSupplier = \key request@NewSupplier {..} ->
        ordering
          >> mutate
            env
            actor
            key
            "suppliers"
            request
            ( \work@Work {connection} -> do
                let supplierId = freshId work "supplier"
                Purchase.addSupplier connection supplierId request
                pure Supplier {archived = False, version = 1, ..}
            ),
      editSupplier = \supplier key request@EditSupplier {name} ->
        ordering
          >> mutate
            env
            actor
            key
            ("suppliers " <> idText supplier)
            request
            ( \work@Work {connection} -> do
                after <- Purchase.editSupplier connection supplier request
                before <- Purchase.findSupplier connection supplier
                note work "edit-supplier" (Just supplier) name
                edited "supplier" after before
            ),
      listPurchaseOrders = \location after limit -> do
        requireAt actor ReceiveGoods location
        mark <- traverse idCursor after
        pageOf limit (\PurchaseOrderHead {purchaseOrderId} -> idText purchaseOrderId)
          <$> foundIn env actor "location" "location" location (Purchase.listOrders database organisation location mark (size limit)),
      addPurchaseOrder = \key request -> mutate env actor key "purchase-orders" request (`Purchases.addOrder` request),
      readPurchaseOrder = readable,
      editPurchaseOrder = \order key request -> mutate env actor key ("purchase-orders " <> idText order) request (\work -> Purchases.editOrder work order request),
      placePurchaseOrder = \order key -> mutate env actor key ("place " <> idText order) () (`Purchases.placeOrder` order),
      listGoodsReceipts = \order after limit -> do
        _ <- readable order
        mark <- traverse (cursor markedText) after
        pageOf limit (\ReceivedGoods {goodsReceiptId, sku} -> markText goodsReceiptId sku) <$> Purchase.listReceipts database organisation order mark (size limit),
      receiveGoods = \order key request -> mutate env actor key ("receipts of " <> idText order) request (\work -> Purchases.receiveGoods work order request),
      cancelPurchaseOrder = \order key -> mutate env actor key ("cancel order " <> idText order) () (`Purchases.cancelOrder` order)
    }
  where
    ordering = requireEverywhere actor OrderGoods
    readable :: Id "purchase-order" -> IO PurchaseOrder
    readable wanted = inTransaction database organisation $ \connection -> do
      order@PurchaseOrder {head = PurchaseOrderHead {locationId}} <- Purchases.readOrder connection wanted
      order <$ requireAt actor ReceiveGoods locationId
