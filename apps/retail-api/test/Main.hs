module Main (main) where

import Retail.ConfigSpec qualified as Config
import Retail.ContractSpec qualified as Contract
import Retail.Domain.BarcodeSpec qualified as Barcode
import Retail.Domain.CartSpec qualified as Cart
import Retail.Domain.GoodsSpec qualified as Goods
import Retail.Domain.MoneySpec qualified as Money
import Retail.Domain.StateSpec qualified as State
import Retail.Domain.TenderSpec qualified as Tender
import Retail.Domain.WebOrderSpec qualified as WebOrder
import Retail.GeneratedSpec qualified as Generated
import Retail.Http.BadInputSpec qualified as BadInput
import Retail.Http.GoodsSpec qualified as HttpGoods
import Retail.Http.LedgerSpec qualified as Ledger
import Retail.Http.LimitSpec qualified as Limit
import Retail.Http.OrderSpec qualified as Order
import Retail.Http.PaymentSpec qualified as Payment
import Retail.Http.PlanningSpec qualified as Planning
import Retail.Http.PurchaseSpec qualified as Purchase
import Retail.Http.ReplaySpec qualified as Replay
import Retail.Http.ReportSpec qualified as Report
import Retail.Http.ReservationSpec qualified as Reservation
import Retail.Http.SaleSpec qualified as Sale
import Retail.Http.StaffSpec qualified as Staff
import Retail.Http.StockTakeSpec qualified as StockTake
import Retail.Http.TenantSpec qualified as Tenant
import Retail.Http.TransferSpec qualified as Transfer
import Retail.MigrateSpec qualified as Migrate
import Test.Hspec

-- | Each group has the name of its file: the runner asks for one after the other.
main :: IO ()
main = hspec $ do
  describe "Config" Config.spec
  describe "Contract" Contract.spec
  describe "Domain/Barcode" Barcode.spec
  describe "Domain/Cart" Cart.spec
  describe "Domain/Goods" Goods.spec
  describe "Domain/Money" Money.spec
  describe "Domain/State" State.spec
  describe "Domain/Tender" Tender.spec
  describe "Domain/WebOrder" WebOrder.spec
  describe "Generated" Generated.spec
  describe "Http/BadInput" BadInput.spec
  describe "Http/Goods" HttpGoods.spec
  describe "Http/Ledger" Ledger.spec
  describe "Http/Limit" Limit.spec
  describe "Http/Order" Order.spec
  describe "Http/Payment" Payment.spec
  describe "Http/Planning" Planning.spec
  describe "Http/Purchase" Purchase.spec
  describe "Http/Replay" Replay.spec
  describe "Http/Report" Report.spec
  describe "Http/Reservation" Reservation.spec
  describe "Http/Sale" Sale.spec
  describe "Http/Staff" Staff.spec
  describe "Http/StockTake" StockTake.spec
  describe "Http/Tenant" Tenant.spec
  describe "Http/Transfer" Transfer.spec
  describe "Migrate" Migrate.spec
