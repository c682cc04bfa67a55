module Retail.Http.ReplaySpec (spec) where

import Data.Aeson (Value (..), encode, object, toJSON, (.=))
import Data.ByteString (ByteString)
import Data.IORef
import Data.Text (Text)
import Data.Text qualified as Text
import Data.UUID.V4 qualified as V4
import Retail.Contract.Reflect (Endpoint (Endpoint, method, name, once), endpointsOf)
import Retail.Http.Api (Api)
import Servant.API (NamedRoutes)
import Support.Goods (replayGoods)
import Support.Shop
import Test.Hspec

spec :: Spec
spec = onShop $
  it "answers every mutating endpoint's repetition with the same bytes, and changes nothing" $ \Shop {admin, app, owner} -> do
    Catalogue {..} <- stocked admin
    seen <- newIORef []
    let twice :: Text -> ByteString -> Text -> Value -> IO Value
        twice name method path body = do
          modifyIORef seen (name :)
          key <- newKey
          let ask with = send admin method path [("Idempotency-Key", key)] (encode with)
          first <- ask body
          (name, status first) `shouldBe` (name, 200)
          before <- fingerprint owner
          again <- ask body
          (status again, bytes again) `shouldBe` (200, bytes first)
          case body of
            Null -> pure ()
            _ -> send admin "POST" "/locations" [("Idempotency-Key", key)] (encode (object ["name" .= s "other"])) `refusedAs` (422, "key-reused")
          fingerprint owner `shouldReturn` before
          pure (value first)
        sale :: IO Text
        sale = Text.pack . show <$> V4.nextRandom
        started = do
          new <- sale
          _ <- twice "startSale" "POST" "/sales" (object ["saleId" .= new, "tillSessionId" .= session, "cart" .= cartOf [line tea 1_000]])
          pure new
        at kind name action = "/" <> kind <> "/" <> name <> "/" <> action
        tenders = object ["tenders" .= [object ["method" .= s "cash", "amount" .= n 1_000]]]
    _ <- twice "addStaff" "POST" "/staff" (object ["email" .= s "bob@example.org", "name" .= s "Bob", "password" .= s "long enough", "pin" .= s "1234", "grants" .= [object ["role" .= s "cashier"]]])
    _ <- twice "addTaxCategory" "POST" "/tax-categories" (object ["name" .= s "full", "rate" .= n 1_900])
    _ <- twice "addTaxRate" "POST" (at "tax-categories" category "rates") (object ["validFrom" .= s "2030-01-01T00:00:00Z", "rate" .= n 800])
    product'' <- twice "addProduct" "POST" "/products" (object ["name" .= s "Cups", "taxCategoryId" .= category])
    let cups = text (product'' ! "productId")
    _ <- twice "editProduct" "PUT" ("/products/" <> cups) (object ["name" .= s "Mugs", "taxCategoryId" .= category, "archived" .= False, "version" .= n 1])
    variant <- twice "addVariant" "POST" (at "products" cups "variants") (object ["sku" .= s "MUG", "name" .= s "Mug", "price" .= n 900, "unit" .= s "piece", "tracked" .= True, "oversell" .= False, "reorderPoint" .= n 0])
    let mug = text (variant ! "variantId")
    _ <- twice "editVariant" "PUT" ("/variants/" <> mug) (object ["name" .= s "Mug", "price" .= n 950, "oversell" .= True, "reorderPoint" .= n 5, "archived" .= False, "version" .= n 1])
    _ <- twice "addBarcode" "POST" (at "variants" mug "barcodes") (object ["code" .= s "036000291452", "kind" .= s "gtin", "pack" .= n 1])
    _ <- twice "addLocation" "POST" "/locations" (object ["name" .= s "Cellar"])
    _ <- twice "changeStock" "POST" "/stock-changes" (object ["variantId" .= mug, "locationId" .= location, "change" .= n (-3_000), "reason" .= s "adjustment"])
    till' <- twice "addTill" "POST" "/tills" (object ["name" .= s "Till 2", "locationId" .= location])
    opened <- twice "openTill" "POST" "/till-sessions" (object ["tillId" .= text (till' ! "tillId"), "openingFloat" .= n 0])
    let second = text (opened ! "tillSessionId")
    _ <- twice "moveCash" "POST" (at "till-sessions" second "cash-movements") (object ["direction" .= s "paid-in", "amount" .= n 5, "reason" .= s "found"])
    _ <- twice "countCash" "POST" (at "till-sessions" second "count") (object ["counted" .= n 5])
    _ <- twice "reopen" "POST" (at "till-sessions" second "reopen") Null
    _ <- okay (post admin (at "till-sessions" second "count") (object ["counted" .= n 5]))
    _ <- twice "close" "POST" (at "till-sessions" second "close") Null
    first <- started
    _ <- twice "editSale" "PUT" ("/sales/" <> first) (object ["version" .= n 1, "cart" .= cartOf [line tea 2_000]])
    _ <- twice "park" "POST" (at "sales" first "park") Null
    _ <- twice "resume" "POST" (at "sales" first "resume") Null
    _ <- twice "complete" "POST" (at "sales" first "complete") tenders
    third <- started
    _ <- twice "void" "POST" (at "sales" third "void") Null
    fourth <- sale
    _ <- twice "checkout" "POST" "/checkouts" (checkoutOf session fourth (cartOf [line tea 1_000]) 500)
    _ <- twice "refund" "POST" (at "sales" fourth "refunds") (object ["tillSessionId" .= session, "lines" .= [object ["position" .= n 1, "quantity" .= n 1_000, "restock" .= True]], "method" .= s "cash", "paymentId" .= Null])
    replayGoods twice location tea
    let newOrder = do
          order <- newId
          _ <- twice "startOrder" "POST" "/orders" (object ["orderId" .= order, "locationId" .= location, "delivery" .= s "pick-up", "customer" .= s "Eve", "email" .= s "eve@example.org", "cart" .= cartOf [line tea 2_000]])
          _ <- twice "editOrder" "PUT" ("/orders/" <> order) (object ["version" .= n 1, "cart" .= cartOf [line tea 1_000]])
          order <$ twice "placeOrder" "POST" (at "orders" order "place") (object ["version" .= n 2, "total" .= n 399])
        pay order = tellPayment app "corner" "0123456789abcdef0123456789abcdef" (object ["eventId" .= order, "kind" .= s "payment.settled", "orderId" .= order, "payment" .= order, "amount" .= n 399, "currency" .= s "EUR"])
    _ <- twice "setPaymentSecret" "PUT" "/payment-secret" (object ["secret" .= s "0123456789abcdef0123456789abcdef"])
    fulfilled <- newOrder
    status <$> pay fulfilled `shouldReturn` 200
    _ <- twice "fulfilOrder" "POST" (at "orders" fulfilled "fulfilments") (object ["lines" .= [object ["position" .= n 1, "quantity" .= n 1_000]]])
    cancelled <- newOrder
    status <$> pay cancelled `shouldReturn` 200
    _ <- twice "cancelOrder" "POST" (at "orders" cancelled "cancel") Null
    _ <- twice "refundOrder" "POST" (at "orders" cancelled "refund") Null
    token <- okay (post admin "/api-tokens" (object ["name" .= s "web"]))
    _ <- twice "revokeApiToken" "POST" (at "api-tokens" (text (token ! "apiToken" ! "apiTokenId")) "revoke") Null
    covered <- readIORef seen
    [name | Endpoint {name, once = True} <- endpointsOf @(NamedRoutes Api), name `notElem` covered] `shouldBe` []
    [toJSON method | Endpoint {method, once, name} <- endpointsOf @(NamedRoutes Api), method /= "GET", not once, name `notElem` ["logIn", "logOut", "switch", "priceCart", "addApiToken", "paymentMessage"]] `shouldBe` []
  where
    s = id :: Text -> Text
    n = id :: Int -> Int
