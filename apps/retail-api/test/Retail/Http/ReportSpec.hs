module Retail.Http.ReportSpec (spec) where

import Control.Monad (forM_)
import Data.Aeson (Value (..), object, (.=))
import Data.Text (Text)
import Data.Time (UTCTime (..), fromGregorian, getCurrentTime)
import Database.PostgreSQL.Simple (execute_)
import Support.Shop
import Test.Hspec

-- | The clock stands still at noon of a day; what is sold is moved to days around it.
spec :: Spec
spec = onShop $ do
  it "sums a day as the till's report does, by payment kind and category" $ \Shop {admin, setClock} -> do
    Catalogue {..} <- stocked admin
    setClock noon
    sale <- newId
    _ <- okay (post admin "/checkouts" (object ["saleId" .= sale, "tillSessionId" .= session, "cart" .= cartOf [line tea 3_000, line gift 1_000], "tenders" .= [object ["method" .= s "card", "amount" .= n 500, "card" .= s "tok"], object ["method" .= s "cash", "amount" .= n 1_000]]]))
    report <- okay (get admin "/reports/sales?from=2026-11-20&to=2026-11-22")
    let day = report ! "days" ! "0"
    (text (report ! "timeZone"), length (rowsOf (report ! "days"))) `shouldBe` ("UTC", 1)
    (text (day ! "day"), text (day ! "till")) `shouldBe` ("2026-11-22", "Till 1")
    map (whole . (day !)) ["sales", "refunds", "total", "tax", "refunded", "cash", "card"] `shouldBe` [1, 0, 1_347, 88, 0, 845, 500]
    z <- okay (get admin ("/till-sessions/" <> session <> "/report"))
    map (z !) ["sales", "total", "tax", "cashSales", "cardSales"] `shouldBe` map (day !) ["sales", "total", "tax", "cash", "card"]
    [(text (row ! "category"), whole (row ! "rate"), whole (row ! "total"), whole (row ! "tax")) | row <- rowsOf (report ! "categories")] `shouldBe` [("reduced", 700, 1_347, 88)]
    listed <- okay (get admin "/reports/sales")
    (text (listed ! "from"), text (listed ! "to"), listed ! "days") `shouldBe` ("2026-11-16", "2026-11-22", report ! "days")
  it "tells what was given back apart, on its own day" $ \Shop {admin, owner} -> do
    sessions <- okay (get admin "/till-sessions")
    let session = text (sessions ! "items" ! "0" ! "tillSessionId")
    sales <- okay (get admin ("/till-sessions/" <> session <> "/sales"))
    let sale = text (sales ! "items" ! "0" ! "saleId")
    _ <- okay (post admin ("/sales/" <> sale <> "/refunds") (object ["tillSessionId" .= session, "lines" .= [object ["position" .= n 1, "quantity" .= n 1_000, "restock" .= True]], "method" .= s "cash", "paymentId" .= Null]))
    _ <- execute_ owner "update refund set at = '2026-11-23T01:00:00Z'"
    report <- okay (get admin "/reports/sales?from=2026-11-22&to=2026-11-23")
    [map (whole . (row !)) ["sales", "refunds", "total", "refunded", "refundedTax", "cashRefunded", "cardRefunded"] | row <- rowsOf (report ! "days")]
      `shouldBe` [[1, 0, 1_347, 0, 0, 0, 0], [0, 1, 0, 399, 26, 400, 0]]
    sum [whole (row ! "refunded") | row <- rowsOf (report ! "categories")] `shouldBe` 399
  it "begins and ends its days where the shop is" $ \Shop {admin, owner} -> do
    _ <- execute_ owner "update organisation set time_zone = 'Pacific/Auckland'; update sale set completed_at = '2026-11-22T11:00:00Z'"
    report <- okay (get admin "/reports/sales?from=2026-11-23&to=2026-11-23")
    [(text (row ! "day"), whole (row ! "sales"), whole (row ! "refunds")) | row <- rowsOf (report ! "days")] `shouldBe` [("2026-11-23", 1, 1)]
    _ <- execute_ owner "update sale set completed_at = '2026-11-22T10:59:59Z'"
    earlier <- okay (get admin "/reports/sales?from=2026-11-22&to=2026-11-22")
    [whole (row ! "sales") | row <- rowsOf (earlier ! "days")] `shouldBe` [1]
    execute_ owner "update organisation set time_zone = 'Nowhere/Else'" `shouldThrow` anyException
  it "sums web orders by the day on which they were paid" $ \Shop {admin, app, owner, setClock} -> do
    setClock =<< getCurrentTime
    locations <- okay (get admin "/locations")
    variants <- okay (get admin "/variants?search=TEA")
    _ <- okay (put admin "/payment-secret" (object ["secret" .= s "0123456789abcdef0123456789abcdef"]))
    order <- newId
    _ <- okay (post admin "/orders" (object ["orderId" .= order, "locationId" .= (locations ! "0" ! "locationId"), "delivery" .= s "pick-up", "customer" .= s "Eve", "email" .= s "eve@example.org", "cart" .= cartOf [line (text (variants ! "items" ! "1" ! "variant" ! "variantId")) 1_000]]))
    _ <- okay (post admin ("/orders/" <> order <> "/place") (object ["version" .= n 1, "total" .= n 399]))
    forM_ [s "ch_a", "ch_b"] $ \charge -> okay' $ tellPayment app "corner" "0123456789abcdef0123456789abcdef" (object ["eventId" .= charge, "kind" .= s "payment.settled", "orderId" .= order, "payment" .= charge, "amount" .= n 399, "currency" .= s "EUR"])
    _ <- okay (post admin ("/orders/" <> order <> "/refund") Null)
    _ <- execute_ owner "update web_order set paid_at = '2026-11-10T12:00:00Z'; update order_payment set settled_at = '2026-11-11T12:00:00Z'"
    report <- okay (get admin "/reports/sales?from=2026-11-10&to=2026-11-12")
    [(text (row ! "day"), whole (row ! "orders"), whole (row ! "total"), whole (row ! "tax"), whole (row ! "refunded")) | row <- rowsOf (report ! "webOrders")]
      `shouldBe` [("2026-11-11", 1, 399, 26, 0), ("2026-11-12", 0, 0, 0, 399)]
  it "refuses days that are none, the wrong way round, or too many" $ \Shop {admin} -> do
    forM_ ["2026-02-30", "yesterday", "2026-11-1", "'; drop--"] $ \day -> get admin ("/reports/sales?from=" <> day) `refusedAs` (400, "malformed-request")
    get admin "/reports/sales?from=2026-11-22&to=2026-11-21" `refusedAs` (422, "invalid-value")
    get admin "/reports/sales?from=2026-01-01&to=2026-04-03" `refusedAs` (422, "invalid-value")
    _ <- okay (get admin "/reports/sales?from=2026-01-01&to=2026-04-02")
    pure ()
  where
    noon = UTCTime (fromGregorian 2026 11 22) 43_200
    s = id :: Text -> Text
    n = id :: Int -> Int
    okay' asking = asking >>= \Reply {status} -> status `shouldBe` 200
