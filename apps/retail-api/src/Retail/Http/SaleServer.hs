-- | Carts, sales and refunds.
module Retail.Http.SaleServer (saleServer) where

import Control.Exception (catch, throwIO)
import Retail.App.Env
import Retail.App.Pricing (Priced (..))
import Retail.App.Sales qualified as Sales
import Retail.App.Work
import Retail.Contract.Sale
import Retail.Contract.Till (TillSession (..))
import Retail.Db.Sale qualified as SaleRows
import Retail.Db.Till qualified as Till
import Retail.Db.Transaction (inTransaction)
import Retail.Domain.Role (Permission (..))
import Retail.Domain.Sale qualified as Sale
import Retail.Http.Api
import Retail.Http.Common
import Servant.Server.Generic (AsServerT)

saleServer :: Env -> Actor -> SaleApi (AsServerT IO)
saleServer env@Env {database, clock} actor@Actor {organisation} =
  SaleApi
    { priceCart = \cart -> do
        require actor Sell
        inTransaction database organisation $ \connection -> do
          (_, Priced {cart = priced}) <- Sales.priceCartFor connection cart
          pure priced,
      startSale = \key request -> do
        now <- clock
        mutate env actor key "sales" request (\work -> Sales.startSale work now request),
      listSales = \session after limit -> do
        mark <- traverse idCursor after
        inTransaction database organisation $ \connection -> do
          TillSession {locationId} <- Till.findSession connection session >>= found "till session"
          requireAt actor RunTill locationId
          pageOf limit (\SaleHead {saleId} -> idText saleId) <$> SaleRows.listSales connection session mark (size limit),
      readSale = \wanted -> inTransaction database organisation $ \connection -> do
        sale@Sale {head = SaleHead {tillSessionId}} <- Sales.readSale connection wanted
        TillSession {locationId} <- Till.findSession connection tillSessionId >>= found "till session"
        sale <$ requireAt actor Sell locationId,
      editSale = \sale key request -> mutate env actor key ("sales " <> idText sale) request (\work -> Sales.editSale work sale request),
      park = \sale key -> mutate env actor key ("park " <> idText sale) () (\work -> Sales.moveSale work sale Sale.Park),
      resume = \sale key -> mutate env actor key ("resume " <> idText sale) () (\work -> Sales.moveSale work sale Sale.Resume),
      void = \sale key -> mutate env actor key ("void " <> idText sale) () (\work -> Sales.moveSale work sale Sale.Void),
      complete = \sale key request@Tenders {tenders} -> do
        now <- clock
        mutate env actor key ("complete " <> idText sale) request (\work -> Sales.finishSale work now sale tenders)
          `catch` \refused@Sales.CardsRefused {} -> do
            inTransaction database organisation (\connection -> Sales.recordRefusedCards connection sale refused)
            throwIO refused,
      checkout = \key request -> do
        now <- clock
        mutate env actor key "checkouts" request (\work -> Sales.checkout work now request),
      refund = \sale key request -> mutate env actor key ("refunds " <> idText sale) request (\work -> Sales.refundSale work sale request)
    }
