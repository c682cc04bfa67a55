module Retail.Http.OrderSpec (spec) where

import Control.Monad (void)
import Data.Aeson (Value (..), encode, object, (.=))
import Data.ByteString (ByteString)
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Text.Encoding (encodeUtf8)
import Data.Time (addUTCTime, getCurrentTime)
import Database.PostgreSQL.Simple (Binary (..), Only (..), execute, query)
import Network.Wai (Application)
import Retail.App.Sweep (sweep)
import Support.Shop
import Test.Hspec

data Stand = Stand {shop :: Shop, goods :: Catalogue, web :: Client}

-- | A web shop and a till that sell from one shelf.
spec :: Spec
spec = aroundAll stand $ do
  it "lets a program place orders and nothing else" $ \Stand {shop = Shop {admin}, goods = Catalogue {..}, web} -> do
    sale <- newId
    post web "/checkouts" (checkoutOf session sale (cartOf [line tea 1_000]) 400) `refusedAs` (403, "forbidden")
    post web "/api-tokens" (object ["name" .= s "another"]) `refusedAs` (403, "forbidden")
    get web "/staff" `refusedAs` (403, "forbidden")
    me <- okay (get admin "/me")
    send web "POST" "/pin" [] (encode (object ["staffId" .= (me ! "staff" ! "staffId"), "pin" .= s "1234"])) `refusedAs` (403, "forbidden")
    order <- newId
    post web "/orders" (orderOf order location (object ["currency" .= s "EUR", "lines" .= [line tea 1_000], "discount" .= object ["percent" .= n 1_000]])) `refusedAs` (403, "forbidden")
  it "prices a draft, holds its goods when it is placed, and counts them as not there" $ \Stand {shop = Shop {admin}, goods = Catalogue {..}, web} -> do
    order <- newId
    draft <- okay (post web "/orders" (orderOf order location (cartOf [line tea 90_000, line gift 1_000])))
    (text (draft ! "head" ! "state"), whole (draft ! "head" ! "total")) `shouldBe` ("draft", 90 * 399 + 150)
    reservedOf admin location tea `shouldReturn` 0
    edited <- okay (put web ("/orders/" <> order) (object ["version" .= n 1, "cart" .= cartOf [line tea 95_000]]))
    let place version total = post web ("/orders/" <> order <> "/place") (object ["version" .= n version, "total" .= n total])
    whole (edited ! "head" ! "version") `shouldBe` 2
    place 1 (95 * 399) `refusedAs` (409, "version-conflict")
    place 2 (95 * 399 - 1) `refusedAs` (409, "price-changed")
    placed <- okay (place 2 (95 * 399))
    text (placed ! "head" ! "state") `shouldBe` "placed"
    reservedOf admin location tea `shouldReturn` 95_000
    sale <- newId
    post admin "/checkouts" (checkoutOf session sale (cartOf [line tea 6_000]) 100_000) `refusedAs` (409, "insufficient-stock")
    _ <- okay (post admin "/checkouts" (checkoutOf session sale (cartOf [line tea 5_000]) 100_000))
    _ <- okay (post web ("/orders/" <> order <> "/cancel") Null)
    reservedOf admin location tea `shouldReturn` 0
    put web ("/orders/" <> order) (object ["version" .= n 4, "cart" .= cartOf [line tea 1_000]]) `refusedAs` (409, "wrong-state")
  it "hands out what was paid, in parts, off the shelf and out of the reservation" $ \Stand {shop = Shop {admin, app}, goods = Catalogue {..}, web} -> do
    order <- placedOrder web location [line tea 3_000, line gift 1_000] (3 * 399 + 150)
    let fulfil lines' = post admin ("/orders/" <> order <> "/fulfilments") (object ["lines" .= [object ["position" .= n position, "quantity" .= n count] | (position, count) <- lines'], "tracking" .= s "RR1"])
    fulfil [(1, 1_000)] `refusedAs` (409, "wrong-state")
    paid app order "ch_1" 1_347
    open <- okay (get admin ("/locations/" <> location <> "/orders"))
    [text (one ! "state") | one <- rowsOf (open ! "items"), text (one ! "orderId") == order] `shouldBe` ["paid"]
    fulfil [] `refusedAs` (422, "invalid-value")
    fulfil [(1, 3_001)] `refusedAs` (422, "invalid-value")
    fulfil [(1, 1_000), (1, 1_000)] `refusedAs` (422, "invalid-value")
    fulfil [(3, 1_000)] `refusedAs` (422, "invalid-value")
    part <- okay (fulfil [(1, 1_000)])
    text (part ! "head" ! "state") `shouldBe` "part-fulfilled"
    reservedOf admin location tea `shouldReturn` 2_000
    post admin ("/orders/" <> order <> "/cancel") Null `refusedAs` (409, "wrong-state")
    done <- okay (fulfil [(1, 2_000), (2, 1_000)])
    (text (done ! "head" ! "state"), length (rowsOf (done ! "fulfilments"))) `shouldBe` ("fulfilled", 2)
    reservedOf admin location tea `shouldReturn` 0
    fulfil [(1, 1_000)] `refusedAs` (422, "invalid-value")
  it "sells what an expired order held before any sweep, and gives back what is paid too late" $ \Stand {shop = Shop {admin, app, owner, running}, goods = Catalogue {..}, web} -> do
    order <- placedOrder web location [line apples 50_000] 14_950
    _ <- execute owner "update web_order set expires_at = now() - interval '1 second' where id = ?" [order]
    _ <- execute owner "update reservation set expires_at = now() - interval '1 second' where web_order = ?" [order]
    reservedOf admin location apples `shouldReturn` 0
    seen <- okay (get web ("/orders/" <> order))
    text (seen ! "head" ! "state") `shouldBe` "expired"
    sale <- newId
    _ <- okay (post admin "/checkouts" (checkoutOf session sale (cartOf [line apples 50_000]) 100_000))
    paid app order "ch_late" 14_950
    late <- okay (get web ("/orders/" <> order))
    (text (late ! "head" ! "state"), whole (late ! "paid"), whole (late ! "toRefund")) `shouldBe` ("expired", 14_950, 14_950)
    other <- placedOrder web location [line tea 1_000] 399
    _ <- execute owner "update web_order set expires_at = now() - interval '1 second' where id = ?" [other]
    sweep running
    states <- query owner "select state from web_order where id = ?" [other]
    states `shouldBe` [Only ("expired" :: Text)]
    reservedOf admin location tea `shouldReturn` 0
    refunded <- okay (post admin ("/orders/" <> order <> "/refund") Null)
    (whole (refunded ! "paid"), whole (refunded ! "toRefund")) `shouldBe` (0, 0)
    post admin ("/orders/" <> order <> "/refund") Null `refusedAs` (409, "wrong-state")
  it "does not take an order for paid whose goods were sold in the moment between" $ \Stand {shop = Shop {admin, app, owner}, goods = Catalogue {..}, web} -> do
    order <- placedOrder web location [line tea 10_000] 3_990
    -- To the sale the time is over, to the payment, which began earlier, it is not yet.
    _ <- execute owner "update reservation set expires_at = now() - interval '1 second' where web_order = ?" [order]
    [Only left] <- query owner "select on_hand from stock_level where variant = ?" [tea]
    sale <- newId
    _ <- okay (post admin "/checkouts" (checkoutOf session sale (cartOf [line tea left]) 100_000))
    paid app order "ch_between" 3_990
    lost <- okay (get web ("/orders/" <> order))
    (text (lost ! "head" ! "state"), whole (lost ! "toRefund")) `shouldBe` ("expired", 3_990)
    void (okay (post admin "/stock-changes" (object ["variantId" .= tea, "locationId" .= location, "change" .= n 50_000, "reason" .= s "receipt"])))
  it "gives back what was paid for an order that is cancelled, and what was paid twice" $ \Stand {shop = Shop {app, admin}, goods = Catalogue {..}, web} -> do
    order <- placedOrder web location [line tea 2_000] 798
    paid app order "ch_2" 300
    paid app order "ch_3" 498
    paid app order "ch_4" 100
    twice <- okay (get web ("/orders/" <> order))
    (text (twice ! "head" ! "state"), whole (twice ! "paid"), whole (twice ! "toRefund")) `shouldBe` ("paid", 898, 100)
    void (tellPayment app "corner" secret' (message "evt_under_way" "payment.authorised" order "ch_5" 5) >>= \Reply {status} -> status `shouldBe` 200)
    post web ("/orders/" <> order <> "/cancel") Null `refusedAs` (409, "wrong-state")
    void (tellPayment app "corner" secret' (message "evt_over" "payment.failed" order "ch_5" 5))
    cancelled <- okay (post web ("/orders/" <> order <> "/cancel") Null)
    (text (cancelled ! "head" ! "state"), whole (cancelled ! "toRefund")) `shouldBe` ("cancelled", 898)
    sum [whole (row ! "amount") | row <- rowsOf (cancelled ! "payments"), row ! "refundOf" /= Null] `shouldBe` 898
    void (tellPayment app "corner" secret' (message "evt_back" "refund.settled" order "ch_4" 100))
    less <- okay (get admin ("/orders/" <> order))
    whole (less ! "toRefund") `shouldBe` 798
  it "is paid at once if it costs nothing" $ \Stand {shop = Shop {admin}, goods = Catalogue {..}} -> do
    order <- newId
    _ <- okay (post admin "/orders" (orderOf order location (object ["currency" .= s "EUR", "lines" .= [line tea 1_000], "discount" .= object ["percent" .= n 10_000]])))
    placed <- okay (post admin ("/orders/" <> order <> "/place") (object ["version" .= n 1, "total" .= n 0]))
    (text (placed ! "head" ! "state"), whole (placed ! "toRefund")) `shouldBe` ("paid", 0)
  it "ships to an address only, and lists orders in pages" $ \Stand {goods = Catalogue {..}, web} -> do
    order <- newId
    let shipped address = object ["orderId" .= order, "locationId" .= location, "delivery" .= s "shipping", "customer" .= s "Eve", "email" .= s "eve@example.org", "address" .= (address :: Maybe Text), "cart" .= cartOf [line tea 1_000]]
    post web "/orders" (shipped Nothing) `refusedAs` (422, "invalid-value")
    post web "/orders" (shipped (Just " ")) `refusedAs` (422, "invalid-value")
    _ <- okay (post web "/orders" (shipped (Just "Elm Street 1")))
    first <- okay (get web "/orders?limit=1")
    text (first ! "items" ! "0" ! "orderId") `shouldBe` order
    second <- okay (get web ("/orders?limit=1&after=" <> text (first ! "next")))
    rowsOf (second ! "items") `shouldNotBe` rowsOf (first ! "items")
  it "gives a program a token once, of which there is a hash, and takes it back" $ \Stand {shop = Shop {admin, app, owner, setClock}} -> do
    made <- okay (post admin "/api-tokens" (object ["name" .= s "kiosk"]))
    let kiosk = program app (text (made ! "token"))
        token = text (made ! "apiToken" ! "apiTokenId")
    _ <- okay (get kiosk "/variants")
    post admin "/api-tokens" (object ["name" .= s "kiosk"]) `refusedAs` (409, "duplicate")
    kept <- query owner "select count(*) from api_token where token_hash = ?" [Binary (encodeUtf8 (text (made ! "token")))]
    kept `shouldBe` [Only (0 :: Int)]
    listed <- okay (get admin "/api-tokens")
    text listed `shouldNotSatisfy` Text.isInfixOf (text (made ! "token"))
    staff <- okay (get admin "/staff")
    text staff `shouldNotSatisfy` Text.isInfixOf "kiosk"
    _ <- okay (post admin ("/api-tokens/" <> token <> "/revoke") Null)
    now <- getCurrentTime
    setClock (addUTCTime 6 now)
    get kiosk "/variants" `refusedAs` (401, "unauthenticated")
    get (program app "nonsense") "/variants" `refusedAs` (401, "unauthenticated")
  where
    stand use = withShop $ \shop@Shop {admin, app} -> do
      goods <- stocked admin
      made <- okay (post admin "/api-tokens" (object ["name" .= s "web shop"]))
      _ <- okay (put admin "/payment-secret" (object ["secret" .= s "0123456789abcdef0123456789abcdef"]))
      use Stand {web = program app (text (made ! "token")), ..}

s :: Text -> Text
s = id

n :: Int -> Int
n = id

secret' :: ByteString
secret' = "0123456789abcdef0123456789abcdef"

orderOf :: Text -> Text -> Value -> Value
orderOf order location cart = object ["orderId" .= order, "locationId" .= location, "delivery" .= s "pick-up", "customer" .= s "Eve", "email" .= s "eve@example.org", "cart" .= cart]

placedOrder :: Client -> Text -> [Value] -> Int -> IO Text
placedOrder web location lines' total = do
  order <- newId
  _ <- okay (post web "/orders" (orderOf order location (cartOf lines')))
  order <$ okay (post web ("/orders/" <> order <> "/place") (object ["version" .= n 1, "total" .= total]))

message :: Text -> Text -> Text -> Text -> Int -> Value
message event kind order payment amount = object ["eventId" .= event, "kind" .= kind, "orderId" .= order, "payment" .= payment, "amount" .= amount, "currency" .= s "EUR", "more" .= Null]

paid :: Application -> Text -> Text -> Int -> IO ()
paid app order payment amount = do
  Reply {status} <- tellPayment app "corner" secret' (message ("evt_" <> payment) "payment.settled" order payment amount)
  status `shouldBe` 200

reservedOf :: Client -> Text -> Text -> IO Integer
reservedOf client location variant = do
  levels <- okay (get client ("/locations/" <> location <> "/stock"))
  pure (sum [whole (level ! "reserved") | level <- rowsOf (levels ! "items"), text (level ! "variantId") == variant])
