module Retail.Http.PurchaseSpec (spec) where

import Data.Aeson (Value (..), object, (.=))
import Data.Text (Text)
import Data.Text qualified as Text
import Support.Goods
import Support.Shop
import Test.Hspec

spec :: Spec
spec = aroundAll (\use -> withShop (\shop@Shop {admin} -> stocked admin >>= \catalogue -> addSupplier admin "Tea house" >>= \supplier -> use (shop, catalogue, supplier))) $ do
  it "orders, receives in parts, and keeps the last cost" $ \(Shop {admin}, Catalogue {..}, supplier) -> do
    order <- draft admin supplier location [item tea 10_000 200, item apples 2_500 99]
    level admin location tea "incoming" `shouldReturn` 0
    placed <- okay (post admin (at order "place") Null)
    (text (placed ! "head" ! "state"), whole (placed ! "head" ! "total")) `shouldBe` ("ordered", 2_248)
    level admin location tea "incoming" `shouldReturn` 10_000
    part <- okay (receive admin order False [goods tea 4_000])
    (text (part ! "head" ! "state"), [whole (row ! "received") | row <- rowsOf (part ! "lines")]) `shouldBe` ("partly-received", [0, 4_000])
    traverse (level admin location tea) ["onHand", "incoming"] `shouldReturn` [104_000, 6_000]
    receive admin order False [goods tea 6_000, goods apples 2_501] `refusedAs` (422, "receipt-too-large")
    rest <- okay (receive admin order False [goods apples 2_500, goods tea 6_000])
    text (rest ! "head" ! "state") `shouldBe` "received"
    traverse (level admin location tea) ["onHand", "incoming"] `shouldReturn` [110_000, 0]
    receive admin order True [goods tea 1_000] `refusedAs` (409, "wrong-state")
    post admin (at order "cancel") Null `refusedAs` (409, "wrong-state")
    first <- okay (get admin (at order "receipts?limit=2"))
    rest <- okay (get admin (at order "receipts?limit=2&after=" <> Text.replace " " "%20" (text (first ! "next"))))
    [(text (row ! "sku"), whole (row ! "quantity")) | page <- [first, rest], row <- rowsOf (page ! "items")] `shouldBe` [("TEA", 4_000), ("APPLES", 2_500), ("TEA", 6_000)]
    get admin (at order "receipts?after=nonsense") `refusedAs` (400, "malformed-request")
    values <- okay (get admin ("/locations/" <> location <> "/stock-value"))
    [(text (row ! "sku"), whole (row ! "atCost"), whole (row ! "atPrice")) | row <- rowsOf (values ! "items")] `shouldBe` [("APPLES", 5_198, 15_698), ("TEA", 22_000, 43_890)]
  it "receives more than was ordered only if that is said" $ \(Shop {admin}, Catalogue {..}, supplier) -> do
    order <- draft admin supplier location [item tea 1_000 180]
    _ <- okay (post admin (at order "place") Null)
    receive admin order False [goods tea 2_000] `refusedAs` (422, "receipt-too-large")
    more <- okay (receive admin order True [goods tea 2_000])
    (text (more ! "head" ! "state"), whole (more ! "lines" ! "0" ! "received")) `shouldBe` ("received", 2_000)
    level admin location tea "incoming" `shouldReturn` 0
  it "cancels what is outstanding, and keeps what came" $ \(Shop {admin}, Catalogue {..}, supplier) -> do
    order <- draft admin supplier location [item tea 5_000 180]
    receive admin order False [goods tea 1_000] `refusedAs` (409, "wrong-state")
    _ <- okay (post admin (at order "place") Null)
    _ <- okay (receive admin order False [goods tea 2_000])
    traverse (level admin location tea) ["onHand", "incoming"] `shouldReturn` [114_000, 3_000]
    cancelled <- okay (post admin (at order "cancel") Null)
    text (cancelled ! "head" ! "state") `shouldBe` "cancelled"
    traverse (level admin location tea) ["onHand", "incoming"] `shouldReturn` [114_000, 0]
    receive admin order True [goods tea 1_000] `refusedAs` (409, "wrong-state")
  it "edits drafts and suppliers at their version" $ \(Shop {admin}, Catalogue {..}, supplier) -> do
    order <- draft admin supplier location [item tea 5_000 180]
    let edit version = put admin ("/purchase-orders/" <> order) (object ["lines" .= [item apples 1_000 90], "version" .= n version])
    edited <- okay (edit 1)
    (whole (edited ! "head" ! "total"), [text (row ! "sku") | row <- rowsOf (edited ! "lines")]) `shouldBe` (90, ["APPLES"])
    edit 1 `refusedAs` (409, "version-conflict")
    _ <- okay (post admin (at order "place") Null)
    edit 3 `refusedAs` (409, "wrong-state")
    post admin (at order "place") Null `refusedAs` (409, "wrong-state")
    let rename version archived = put admin ("/suppliers/" <> supplier) (object ["name" .= s "Tea & Co", "contact" .= s "", "archived" .= archived, "version" .= n version])
    _ <- okay (rename 1 True)
    rename 1 False `refusedAs` (409, "version-conflict")
    post admin "/purchase-orders" (object ["supplierId" .= supplier, "locationId" .= location, "lines" .= [item tea 1_000 1]]) `refusedAs` (422, "invalid-value")
    _ <- okay (rename 2 False)
    post admin "/suppliers" (object ["name" .= s "Tea & Co", "contact" .= s ""]) `refusedAs` (409, "duplicate")
    listed <- okay (get admin "/suppliers")
    [text (row ! "name") | row <- rowsOf (listed ! "items")] `shouldBe` ["Tea & Co"]
  it "refuses what is no order or receipt, and writes nothing" $ \(Shop {admin, owner}, Catalogue {..}, supplier) -> do
    order <- draft admin supplier location [item tea 5_000 180]
    _ <- okay (post admin (at order "place") Null)
    before <- fingerprint owner
    let new from given = post admin "/purchase-orders" (object ["supplierId" .= from, "locationId" .= location, "lines" .= (given :: [Value])])
        nobody = "ffffffff-ffff-4fff-bfff-ffffffffffff"
    new supplier [] `refusedAs` (422, "invalid-value")
    new supplier [item tea 1_000 (-1)] `refusedAs` (422, "invalid-value")
    new supplier [item tea 1_000 1_000_000_000_001] `refusedAs` (400, "malformed-request")
    new supplier [item tea 2_000 1_000_000_000_000] `refusedAs` (422, "total-too-large")
    new supplier [item tea 0 1] `refusedAs` (400, "malformed-request")
    new supplier [item tea 1_500 1] `refusedAs` (422, "invalid-value")
    new supplier [item gift 1_000 1] `refusedAs` (422, "invalid-value")
    new supplier [item nobody 1_000 1] `refusedAs` (422, "unknown-reference")
    new nobody [item tea 1_000 1] `refusedAs` (422, "unknown-reference")
    receive admin order False [] `refusedAs` (422, "invalid-value")
    receive admin order False [goods apples 1_000] `refusedAs` (422, "unknown-reference")
    receive admin order False [goods tea 1_000, goods tea 1_000] `refusedAs` (422, "invalid-value")
    receive admin order False [goods tea 500] `refusedAs` (422, "invalid-value")
    receive admin nobody False [goods tea 1_000] `refusedAs` (404, "not-found")
    get admin (at nobody "receipts") `refusedAs` (404, "not-found")
    get admin "/suppliers?after=a%00b" `refusedAs` (400, "malformed-request")
    get admin (at order "receipts?after=" <> order <> "%20%00") `refusedAs` (400, "malformed-request")
    fingerprint owner `shouldReturn` before
  it "lets a stock clerk receive, and a manager order" $ \(Shop {app, admin}, Catalogue {..}, supplier) -> do
    _ <- okay (post admin "/staff" (object ["email" .= s "stock@example.org", "name" .= s "Stock", "password" .= s "long enough", "grants" .= [object ["role" .= s "stock-clerk", "locationId" .= location]]]))
    clerk <- logInAs app "corner" "stock@example.org" "long enough"
    order <- draft admin supplier location [item tea 1_000 180]
    post clerk (at order "place") Null `refusedAs` (403, "forbidden")
    post clerk "/suppliers" (object ["name" .= s "x", "contact" .= s ""]) `refusedAs` (403, "forbidden")
    _ <- okay (post admin (at order "place") Null)
    _ <- okay (receive clerk order False [goods tea 1_000])
    get clerk ("/locations/" <> location <> "/stock-value") `refusedAs` (403, "forbidden")
  where
    s = id :: Text -> Text
    n = id :: Int -> Int
    at order action = "/purchase-orders/" <> order <> "/" <> action :: Text
    draft client supplier location given = text . (! "purchaseOrderId") . (! "head") <$> okay (post client "/purchase-orders" (object ["supplierId" .= supplier, "locationId" .= location, "lines" .= (given :: [Value])]))
    receive client order excess given = post client (at order "receipts") (object ["lines" .= (given :: [Value]), "excess" .= (excess :: Bool)])
