module Retail.Http.BadInputSpec (spec) where

import Control.Monad (forM_)
import Data.Aeson (Value (..), encode, object, (.=))
import Data.ByteString.Lazy qualified as Lazy
import Data.ByteString.Lazy.Char8 qualified as Chars
import Data.Text (Text)
import Data.Text qualified as Text
import Support.Shop
import Test.Hspec
import Test.QuickCheck (Gen, choose, elements, generate, listOf, oneof, vectorOf)

spec :: Spec
spec = aroundAll (\use -> withShop (\shop@Shop {admin} -> stocked admin >>= \catalogue -> use (shop, catalogue))) $ do
  it "refuses bodies that are not what they should be, with every complaint and its place" $ \(Shop {admin}, Catalogue {..}) -> do
    let checkout = checkoutOf session "ffffffff-ffff-4fff-bfff-ffffffffffff"
    forM_
      [ ("{", "is not JSON"),
        ("[]", "must be an object"),
        ("{\"organisation\":1}", "is missing"),
        (encode (checkout (cartOf [line tea (-1_000)]) 1), "cart.lines[0].quantity must be between 1 and"),
        (encode (checkout (cartOf [line "x" 1]) 1), "cart.lines[0].variantId must be a UUID"),
        (encode (checkout (object ["currency" .= s "XXX", "lines" .= [line tea 1]]) 1), "cart.currency is not a currency that we know"),
        ("{\"saleId\":\"ffffffff-ffff-4fff-bfff-ffffffffffff\",\"tillSessionId\":1e400000000,\"cart\":{\"currency\":\"EUR\",\"lines\":[]},\"tenders\":[{\"method\":\"cash\",\"amount\":1e400000000}]}", "tenders[0].amount must be a whole number"),
        (encode (object ["extra" .= Null]), "extra is not a field")
      ]
      $ \(body, complaint) -> do
        key <- newKey
        Reply {status, value} <- send admin "POST" "/checkouts" [("Idempotency-Key", key)] body
        status `shouldBe` 400
        text (value ! "detail") `shouldSatisfy` Text.isInfixOf complaint
  it "refuses overflowed money, another currency, and half pieces" $ \(Shop {admin}, Catalogue {..}) -> do
    let priced = post admin "/carts/price"
    priced (object ["currency" .= s "USD", "lines" .= [line tea 1_000]]) `refusedAs` (422, "currency-mismatch")
    priced (cartOf [line tea 1_500]) `refusedAs` (422, "invalid-value")
    priced (cartOf []) `refusedAs` (422, "invalid-value")
    expensive <- text . (! "variantId") <$> okay (post admin ("/products/" <> product' <> "/variants") (object ["sku" .= s "GOLD", "name" .= s "gold", "price" .= (1_000_000_000_000 :: Int), "unit" .= s "piece", "tracked" .= False, "oversell" .= False, "reorderPoint" .= n 0]))
    priced (cartOf [line expensive 2_000]) `refusedAs` (422, "total-too-large")
    post admin ("/products/" <> product' <> "/variants") (object ["sku" .= s "NEG", "name" .= s "x", "price" .= n (-1), "unit" .= s "piece", "tracked" .= False, "oversell" .= False, "reorderPoint" .= n 0]) `refusedAs` (422, "invalid-value")
    post admin "/till-sessions" (object ["tillId" .= till, "openingFloat" .= (10_000_000_000_000 :: Int)]) `refusedAs` (400, "malformed-request")
  it "stores injection strings as the texts that they are" $ \(Shop {admin}, Catalogue {..}) ->
    forM_ ["'; drop table sale; --", "<script>alert(1)</script>", "\\'; select 1", "\x202e\x1F4A9", "%s%n", "${jndi:ldap://x}"] $ \name -> do
      made <- okay (post admin "/products" (object ["name" .= s name, "taxCategoryId" .= category]))
      text (made ! "name") `shouldBe` name
      listed <- okay (get admin "/products?limit=200")
      text listed `shouldSatisfy` Text.isInfixOf (text (String name))
  it "refuses the character that PostgreSQL cannot hold" $ \(Shop {admin}, Catalogue {..}) ->
    post admin "/products" (object ["name" .= s "a\0b", "taxCategoryId" .= category]) `refusedAs` (400, "malformed-request")
  it "refuses bodies above a megabyte, other content types, methods and addresses" $ \(Shop {admin = admin@Client {}}, _) -> do
    key <- newKey
    send admin "POST" "/checkouts" [("Idempotency-Key", key)] (Chars.replicate 10_000_000 ' ') `refusedAs` (413, "body-too-large")
    send admin "DELETE" "/me" [] "" `refusedAs` (405, "method-not-allowed")
    get admin "/nothing" `refusedAs` (404, "not-found")
    get admin "/sales/1" `refusedAs` (404, "not-found")
    get admin "/products?limit=0" `refusedAs` (404, "not-found")
    get admin "/products?after=nonsense" `refusedAs` (400, "malformed-request")
    send admin "POST" "/products" [("Idempotency-Key", "not-a-uuid")] "{}" `refusedAs` (400, "malformed-request")
    send admin "POST" "/products" [] "{}" `refusedAs` (400, "malformed-request")
  it "answers garbage with a problem, never with a mistake of its own, and writes nothing" $ \(Shop {admin, owner}, Catalogue {..}) -> do
    before <- fingerprint owner
    let whole' = encode (checkoutOf session "ffffffff-ffff-4fff-bfff-ffffffffffff" (cartOf [line tea 1_000]) 10)
    forM_ [0, 7 .. Lazy.length whole' - 1] $ \size -> refused admin (Lazy.take size whole')
    garbage <- generate (vectorOf 100 (encode <$> someValue 4))
    forM_ garbage (refused admin)
    fingerprint owner `shouldReturn` before
  where
    s = id :: Text -> Text
    n = id :: Int -> Int
    refused client body = do
      key <- newKey
      Reply {status, headers} <- send client "POST" "/checkouts" [("Idempotency-Key", key)] body
      (status, lookup "Content-Type" headers) `shouldBe` (400, Just "application/problem+json")

someValue :: Int -> Gen Value
someValue depth =
  oneof $
    [pure Null, Bool <$> elements [True, False], Number . fromInteger <$> choose (-10, 10), String . Text.pack <$> listOf (choose ('\1', '\x10000'))]
      <> [object <$> listOf ((.=) <$> elements ["saleId", "cart", "lines", "tenders", "x"] <*> someValue (depth - 2)) | depth > 0]
