module Retail.Http.StockTakeSpec (spec) where

import Control.Monad (forM_, void)
import Data.Aeson (Value (..), object, (.=))
import Data.Text (Text)
import Data.Text qualified as Text
import Data.UUID.V4 qualified as V4
import Support.Goods
import Support.Shop
import Test.Hspec

spec :: Spec
spec = aroundAll (\use -> withShop (\shop@Shop {admin} -> stocked admin >>= \catalogue -> use (shop, catalogue))) $ do
  it "counts while sales go on, and books exactly what was missing" $ \(Shop {admin, owner}, Catalogue {..}) -> do
    take' <- start admin location []
    sell admin session tea 2_000
    counted <- okay (post admin (at take' "counts") (counts [(tea, 97_000, 0)]))
    map (whole . ((counted ! "0") !)) ["expected", "counted", "difference", "value", "version"] `shouldBe` [98_000, 97_000, -1_000, -399, 1]
    sell admin session tea 3_000
    _ <- okay (post admin (at take' "counts") (counts [(apples, 50_250, 0)]))
    level admin location tea "onHand" `shouldReturn` 95_000
    finished <- okay (post admin (at take' "finish") Null)
    map (whole . (finished !)) ["lines", "counted", "differing", "missing", "found"] `shouldBe` [2, 2, 2, 399, 75]
    level admin location tea "onHand" `shouldReturn` 94_000
    level admin location apples "onHand" `shouldReturn` 50_250
    moved <- okay (get admin ("/variants/" <> tea <> "/movements?limit=1"))
    (text (moved ! "0" ! "reason"), whole (moved ! "0" ! "change")) `shouldBe` ("stock-take", -1_000)
    post admin (at take' "finish") Null `refusedAs` (409, "wrong-state")
    before <- fingerprint owner
    post admin (at take' "counts") (counts [(tea, 1_000, 1)]) `refusedAs` (409, "wrong-state")
    fingerprint owner `shouldReturn` before
    -- What it says does not change when the price does.
    _ <- okay (put admin ("/variants/" <> tea) (object ["name" .= s "Tea", "price" .= n 500, "oversell" .= False, "reorderPoint" .= n 0, "archived" .= False, "version" .= n 1]))
    okay (get admin ("/stock-takes/" <> take')) `shouldReturn` finished
  it "replaces a count at its version, and takes none of a batch in which one is refused" $ \(Shop {admin}, Catalogue {..}) -> do
    take' <- start admin location [tea, apples]
    _ <- okay (post admin (at take' "counts") (counts [(tea, 90_000, 0)]))
    post admin (at take' "counts") (counts [(apples, 1_000, 0), (tea, 80_000, 0)]) `refusedAs` (409, "version-conflict")
    lines' <- okay (get admin (at take' "lines"))
    [(text (row ! "sku"), row ! "counted") | row <- rowsOf (lines' ! "items")] `shouldBe` [("APPLES", Null), ("TEA", Number 90_000)]
    again <- okay (post admin (at take' "counts") (counts [(tea, 94_000, 1)]))
    whole (again ! "0" ! "version") `shouldBe` 2
    different <- okay (get admin (at take' "differences"))
    rowsOf (different ! "items") `shouldBe` []
    _ <- okay (post admin (at take' "cancel") Null)
    level admin location tea "onHand" `shouldReturn` 94_000
  it "leaves what was not counted, and counts what was not expected" $ \(Shop {admin}, Catalogue {..}) -> do
    cellar <- addPlace admin "Cellar"
    take' <- start admin cellar []
    _ <- okay (post admin (at take' "counts") (counts [(tea, 7_000, 0)]))
    _ <- okay (post admin (at take' "finish") Null)
    level admin cellar tea "onHand" `shouldReturn` 7_000
    next <- start admin cellar []
    finished <- okay (post admin (at next "finish") Null)
    map (whole . (finished !)) ["lines", "counted", "differing"] `shouldBe` [1, 0, 0]
    level admin cellar tea "onHand" `shouldReturn` 7_000
    listed <- okay (get admin ("/locations/" <> cellar <> "/stock-takes?limit=1"))
    text (listed ! "items" ! "0" ! "stockTakeId") `shouldBe` next
  it "runs one at a time at a location, and refuses what is no count" $ \(Shop {admin, owner}, Catalogue {..}) -> do
    take' <- start admin location [tea]
    before <- fingerprint owner
    post admin "/stock-takes" (object ["locationId" .= location, "variants" .= [apples]]) `refusedAs` (409, "duplicate")
    let refused given = refusedAs (post admin (at take' "counts") given)
    counts [] `refused` (422, "invalid-value")
    counts [(tea, -1_000, 0)] `refused` (400, "malformed-request")
    counts [(tea, 1_000_000_001, 0)] `refused` (400, "malformed-request")
    counts [(tea, 500, 0)] `refused` (422, "invalid-value")
    counts [(tea, 1_000, 0), (tea, 1_000, 0)] `refused` (422, "invalid-value")
    counts [(gift, 1_000, 0)] `refused` (422, "invalid-value")
    counts [("ffffffff-ffff-4fff-bfff-ffffffffffff", 1_000, 0)] `refused` (422, "unknown-reference")
    counts [(apples, 1_000, 4)] `refused` (409, "version-conflict")
    forM_ ["lines", "differences"] $ \of' -> get admin ("/stock-takes/ffffffff-ffff-4fff-bfff-ffffffffffff/" <> of') `refusedAs` (404, "not-found")
    fingerprint owner `shouldReturn` before
  it "lets a supervisor count, and who may adjust stock finish" $ \(Shop {app, admin}, Catalogue {..}) -> do
    _ <- okay (post admin "/staff" (object ["email" .= s "sue@example.org", "name" .= s "Sue", "password" .= s "long enough", "grants" .= [object ["role" .= s "supervisor"]]]))
    sue <- logInAs app "corner" "sue@example.org" "long enough"
    attic <- addPlace admin "Attic"
    take' <- start sue attic [tea]
    _ <- okay (post sue (at take' "counts") (counts [(tea, 1_000, 0)]))
    post sue (at take' "finish") Null `refusedAs` (403, "forbidden")
    level admin attic tea "onHand" `shouldReturn` 0
  where
    s = id :: Text -> Text
    n = id :: Int -> Int
    at take' action = "/stock-takes/" <> take' <> "/" <> action :: Text
    start client place variants = text . (! "stockTakeId") <$> okay (post client "/stock-takes" (object ["locationId" .= (place :: Text), "variants" .= (variants :: [Text])]))
    sell client session variant quantity = do
      sale <- Text.pack . show <$> V4.nextRandom
      void (okay (post client "/checkouts" (checkoutOf session sale (cartOf [line variant quantity]) 100_000)))
