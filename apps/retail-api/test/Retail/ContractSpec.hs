module Retail.ContractSpec (spec) where

import Control.Monad (when)
import Data.Aeson qualified as Aeson
import Data.ByteString.Lazy qualified as Lazy
import Data.Either (isLeft)
import Data.Maybe (fromMaybe)
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Time (UTCTime (..), fromGregorian)
import Data.UUID qualified as UUID
import Retail.Contract.Catalogue (Scan (..))
import Retail.Contract.Planning (Reorder (..))
import Retail.Contract.Purchase
import Retail.Contract.Sale
import Retail.Contract.Staff
import Retail.Contract.StockTake (Count (..), EnterCounts (..), StockTakeLine (..))
import Retail.Contract.Till
import Retail.Contract.Transfer
import Retail.Contract.Wire
import Retail.Domain.Cart (TaxMode (..), TaxRounding (..))
import Retail.Domain.Currency (Currency (..))
import Retail.Domain.Id
import Retail.Domain.Money
import Retail.Domain.Payment (PaymentState (..))
import Retail.Domain.PurchaseOrder (PurchaseState (PartlyReceived))
import Retail.Domain.Quantity
import Retail.Domain.Role (Role (..))
import Retail.Domain.Sale (SaleState (..))
import Retail.Domain.Tender (Method (..))
import Retail.Domain.Transfer (TransferState (Received))
import System.Environment (lookupEnv)
import Test.Hspec
import Test.QuickCheck
import Prelude hiding (lines)

-- | The files are read by the front end's tests too. RETAIL_GOLDEN=write makes them anew.
spec :: Spec
spec = do
  golden "scan" Scan {variantId = identifier 1, sku = "APPLES", name = "Äpfel \"Elstar\"", unit = Kilogram, unitPrice = amount 299, quantity = count 1_234, fixed = Just (amount 598)}
  golden "checkout" Checkout {saleId = identifier 2, tillSessionId = identifier 3, cart, tenders = [Tender {method = Card, amount = amount 500, card = Just "tok_1"}, Tender {method = Cash, amount = amount 1_000, card = Nothing}]}
  golden
    "sale"
    Sale
      { head = SaleHead {saleId = identifier 2, tillId = identifier 4, tillSessionId = identifier 3, state = Completed, receipt = Just 17, amount = amount 1_396, reduction = amount 96, net = amount 1_215, tax = amount 85, total = amount 1_300, rounding = amount (-2), change = amount 200, createdAt = noon, completedAt = Just noon, version = 2},
        cart = Cart {currency = EUR, lines = [CartLine {variantId = identifier 1, quantity = count 2_000, code = Nothing, discount = Just Discount {percent = Nothing, amount = Just (amount 50)}}], discount = Nothing},
        lines = [PricedLine {variantId = identifier 1, sku = "TEA", name = "Tea", quantity = count 2_000, unitPrice = amount 399, rate = points 700, amount = amount 798, reduction = amount 55, net = amount 694, tax = amount 49, total = amount 743}],
        taxes = [TaxSum {rate = points 700, net = amount 1_215, tax = amount 85}],
        payments = [Payment {paymentId = identifier 5, method = Card, amount = amount 500, state = Settled}]
      }
  golden
    "report"
    Report {tillSessionId = identifier 3, till = "Till 1", openedAt = noon, closedAt = Nothing, sales = 3, refunds = 1, net = amount 1_000, tax = amount 70, total = amount 1_070, rounding = amount 3, taxes = [], cashSales = amount 900, cardSales = amount 573, cashRefunds = amount 400, cardRefunds = amount 0, openingFloat = amount 10_000, paidIn = amount 0, paidOut = amount 2_000, expectedCash = amount 8_500, countedCash = Nothing, difference = Nothing, firstReceipt = Just 1, lastReceipt = Just 4}
  golden "me" Me {staff = StaffMember {staffId = identifier 6, email = "ada@example.org", name = "Ada", grants = [Grant {role = StockClerk, locationId = Just (identifier 7)}, Grant {role = Admin, locationId = Nothing}]}, organisation = Organisation {organisationId = identifier 8, name = "Corner", currency = CHF, taxMode = Exclusive, taxRounding = PerDocument, cashStep = 5}}
  golden
    "transfer"
    Transfer
      { head = TransferHead {transferId = identifier 9, sourceId = identifier 7, destinationId = identifier 10, state = Received, createdAt = noon, sentAt = Just noon, receivedAt = Just noon, version = 3},
        lines = [TransferLine {variantId = identifier 1, sku = "TEA", name = "Tea", quantity = count 2_000, received = Just (tally 0), reason = Just "the box fell"}]
      }
  golden "counts" EnterCounts {counts = [Count {variantId = identifier 1, counted = tally 0, version = 0}]}
  golden "stock-take-line" StockTakeLine {variantId = identifier 1, sku = "TEA", name = "Tea", unit = Piece, expected = Just 2_000, counted = Just (tally 1_000), difference = Just (-1_000), price = Just (amount 399), value = Just (amount (-399)), version = 1}
  golden
    "purchase-order"
    PurchaseOrder
      { head = PurchaseOrderHead {purchaseOrderId = identifier 11, supplierId = identifier 12, supplier = "Tea house", locationId = identifier 7, state = PartlyReceived, total = amount 2_000, createdAt = noon, orderedAt = Just noon, version = 2},
        lines = [PurchaseOrderLine {variantId = identifier 1, sku = "TEA", name = "Tea", quantity = count 10_000, cost = amount 200, received = 4_000}]
      }
  golden "reorder" Reorder {variantId = identifier 1, sku = "TEA", name = "Tea", unit = Piece, onHand = 3_000, reserved = 1_000, incoming = 0, available = 2_000, reorderPoint = 5_000, targetLevel = 20_000, proposed = count 18_000, cost = Nothing, supplierId = Just (identifier 12)}
  it "takes every amount and quantity that it can say, and no other" . property $ \number ->
    let read' :: Wire a => Either Text a
        read' = decodeText (Aeson.encode (number :: Integer))
     in conjoin
          [ either (const Nothing) (Just . minorUnits) read' === fmap minorUnits (toMoney number),
            either (const Nothing) (Just . thousandths) read' === fmap thousandths (toQuantity number),
            either (const Nothing) (Just . tallied) read' === fmap tallied (toTally number)
          ]
  it "refuses a cut-off document, wherever it was cut" . forAll (choose (0, Lazy.length whole - 1)) $ \size ->
    isLeft (decodeText (Lazy.take size whole) :: Either Text Checkout)
  it "tells everything that is wrong at once, with its place" $
    (decodeText "{\"currency\":\"EUR\",\"lines\":[{\"variantId\":1,\"quantity\":0.5}],\"colour\":1}" :: Either Text Cart)
      `shouldBe` Left "lines[0].variantId must be a UUID; lines[0].quantity must be a whole number; colour is not a field"
  where
    whole = encodeBytes Checkout {saleId = identifier 2, tillSessionId = identifier 3, cart, tenders = []}
    cart = Cart {currency = EUR, lines = [CartLine {variantId = identifier 1, quantity = count 1_000, code = Just "2200001005986", discount = Just Discount {percent = Just (points 1_000), amount = Nothing}}], discount = Nothing}
    noon = UTCTime (fromGregorian 2026 11 22) 43_200
    amount = fromMinorUnits
    count = known toQuantity
    tally = known toTally
    points = known toBasisPoints
    identifier number = Id (UUID.fromWords 0 0 0 number)

known :: (Integer -> Maybe a) -> Integer -> a
known make number = fromMaybe (error (show number)) (make number)

golden :: (Wire a, Eq a, Show a) => Text -> a -> Spec
golden name value =
  it ("writes and reads contract/" <> Text.unpack name <> ".json") $ do
    rewrite <- lookupEnv "RETAIL_GOLDEN"
    when (rewrite == Just "write") (Lazy.writeFile path (encodeBytes value))
    file <- Lazy.readFile path
    Aeson.decode (encodeBytes value) `shouldBe` (Aeson.decode file :: Maybe Aeson.Value)
    decodeText file `shouldBe` Right value
  where
    path = "contract/" <> Text.unpack name <> ".json"
