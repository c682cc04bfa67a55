module Retail.Http.PlanningSpec (spec) where

import Data.Aeson (Value (..), object, toJSON, (.=))
import Data.Text (Text)
import Support.Goods
import Support.Shop
import Test.Hspec

spec :: Spec
spec = aroundAll (\use -> withShop (\shop@Shop {admin} -> stocked admin >>= \catalogue -> use (shop, catalogue))) $ do
  it "lists what is at its reorder point, less what is on its way" $ \(Shop {admin}, Catalogue {..}) -> do
    due admin location `shouldReturn` []
    set <- okay (setting admin tea 100_000 150_000 1)
    whole (set ! "version") `shouldBe` 2
    read' <- okay (get admin ("/variants/" <> tea))
    map (whole . (read' !)) ["reorderPoint", "targetLevel"] `shouldBe` [100_000, 150_000]
    due admin location `shouldReturn` [("TEA", 100_000, 50_000)]
    supplier <- addSupplier admin "Tea house"
    order <- text . (! "purchaseOrderId") . (! "head") <$> okay (post admin "/purchase-orders" (object ["supplierId" .= supplier, "locationId" .= location, "lines" .= [item tea 1_000 200]]))
    due admin location `shouldReturn` [("TEA", 100_000, 50_000)]
    _ <- okay (post admin ("/purchase-orders/" <> order <> "/place") Null)
    due admin location `shouldReturn` []
    _ <- okay (post admin ("/purchase-orders/" <> order <> "/receipts") (object ["lines" .= [goods tea 1_000], "excess" .= False]))
    _ <- okay (post admin "/stock-changes" (object ["variantId" .= tea, "locationId" .= location, "change" .= n (-51_000), "reason" .= s "adjustment"]))
    page <- okay (get admin ("/locations/" <> location <> "/reorders"))
    let row = page ! "items" ! "0"
    (map (whole . (row !)) ["available", "proposed", "cost"], row ! "supplierId") `shouldBe` ([50_000, 100_000, 200], toJSON supplier)
  it "counts transfers as coming, at the other location only" $ \(Shop {admin}, Catalogue {..}) -> do
    cellar <- addPlace admin "Cellar"
    _ <- okay (post admin "/stock-changes" (object ["variantId" .= tea, "locationId" .= cellar, "change" .= n 98_000, "reason" .= s "receipt"]))
    due admin cellar `shouldReturn` [("TEA", 98_000, 52_000)]
    transfer <- text . (! "transferId") . (! "head") <$> okay (post admin "/transfers" (object ["sourceId" .= location, "destinationId" .= cellar, "lines" .= [goods tea 5_000]]))
    _ <- okay (post admin ("/transfers/" <> transfer <> "/send") Null)
    due admin cellar `shouldReturn` []
    due admin location `shouldReturn` [("TEA", 45_000, 105_000)]
    _ <- okay (post admin ("/transfers/" <> transfer <> "/receive") (object ["lines" .= [arrived tea 1_000 (Just "lost")]]))
    due admin cellar `shouldReturn` [("TEA", 99_000, 51_000)]
  it "refuses settings that are none, and at another version" $ \(Shop {admin, owner}, Catalogue {..}) -> do
    before <- fingerprint owner
    setting admin tea (-1_000) 0 2 `refusedAs` (400, "malformed-request")
    setting admin tea 1_000_000_001 0 2 `refusedAs` (400, "malformed-request")
    setting admin tea 1_500 0 2 `refusedAs` (422, "invalid-value")
    setting admin tea 1_000 0 1 `refusedAs` (409, "version-conflict")
    setting admin "ffffffff-ffff-4fff-bfff-ffffffffffff" 1_000 0 1 `refusedAs` (404, "not-found")
    get admin "/locations/ffffffff-ffff-4fff-bfff-ffffffffffff/reorders" `refusedAs` (404, "not-found")
    fingerprint owner `shouldReturn` before
  it "values stock at cost and at price, and says what has no cost" $ \(Shop {admin}, Catalogue {..}) -> do
    values <- okay (get admin "/stock-values")
    let here = [row | row <- rowsOf values, row ! "locationId" == toJSON location]
    -- 45 packs of tea at 200 and 399; 50 kg of apples, whose cost nobody knows, at 299.
    [map (whole . (row !)) ["variants", "atCost", "atPrice", "uncosted", "uncostedAtPrice"] | row <- here] `shouldBe` [[2, 9_000, 32_905, 1, 14_950]]
    page <- okay (get admin ("/locations/" <> location <> "/stock-value"))
    [(text (row ! "sku"), row ! "cost", row ! "atCost") | row <- rowsOf (page ! "items")] `shouldBe` [("APPLES", Null, Null), ("TEA", Number 200, Number 9_000)]
  where
    s = id :: Text -> Text
    n = id :: Int -> Int
    setting client variant point target version = put client ("/variants/" <> variant <> "/reordering") (object ["reorderPoint" .= n point, "targetLevel" .= n target, "version" .= n version])

due :: Client -> Text -> IO [(Text, Integer, Integer)]
due client location = do
  page <- okay (get client ("/locations/" <> location <> "/reorders"))
  pure [(text (row ! "sku"), whole (row ! "available"), whole (row ! "proposed")) | row <- rowsOf (page ! "items")]
