module Retail.Http.TransferSpec (spec) where

import Data.Aeson (Value (..), object, (.=))
import Data.Text (Text)
import Data.Text qualified as Text
import Database.PostgreSQL.Simple
import Support.Goods
import Support.Shop
import Test.Hspec

spec :: Spec
spec = aroundAll (\use -> withShop (\shop@Shop {admin} -> stocked admin >>= \catalogue -> addPlace admin "Cellar" >>= \cellar -> use (shop, catalogue, cellar))) $ do
  it "moves goods: they leave, are on their way, and arrive" $ \(Shop {admin, owner}, Catalogue {..}, cellar) -> do
    transfer <- draft admin location cellar [goods tea 5_000, goods apples 1_500]
    both admin location cellar tea `shouldReturn` (100_000, 0, 0)
    sent <- okay (post admin (at transfer "send") Null)
    text (sent ! "head" ! "state") `shouldBe` "sent"
    both admin location cellar tea `shouldReturn` (95_000, 0, 5_000)
    received <- okay (post admin (at transfer "receive") (object ["lines" .= [arrived tea 5_000 Nothing, arrived apples 1_500 Nothing]]))
    text (received ! "head" ! "state") `shouldBe` "received"
    both admin location cellar tea `shouldReturn` (95_000, 5_000, 0)
    movements owner transfer `shouldReturn` [("transfer", -5_000), ("transfer", -1_500), ("transfer", 1_500), ("transfer", 5_000)]
  it "books what is missing or too much as an adjustment with its reason" $ \(Shop {admin, owner}, Catalogue {..}, cellar) -> do
    transfer <- draft admin location cellar [goods tea 4_000, goods apples 1_000]
    _ <- okay (post admin (at transfer "send") Null)
    let receive given = post admin (at transfer "receive") (object ["lines" .= given])
    receive [arrived tea 3_000 Nothing, arrived apples 1_100 (Just "weighed again")] `refusedAs` (422, "invalid-value")
    receive [arrived tea 3_000 (Just "  "), arrived apples 1_000 Nothing] `refusedAs` (422, "invalid-value")
    done <- okay (receive [arrived tea 0 (Just "the box fell; '?--"), arrived apples 1_100 (Just "weighed again")])
    [text (row ! "reason") | row <- rowsOf (done ! "lines")] `shouldBe` ["weighed again", "the box fell; '?--"]
    movements owner transfer
      `shouldReturn` [("adjustment", -4_000), ("transfer", -4_000), ("transfer", -1_000), ("adjustment", 100), ("transfer", 1_000), ("transfer", 4_000)]
    said <- okay (get admin "/audit?limit=2")
    [text (row ! "detail") | row <- rowsOf (said ! "items")] `shouldMatchList` ["TEA -4000 the box fell; '?--", "APPLES 100 weighed again"]
  it "edits a draft at its version, and cancels only what was not sent" $ \(Shop {admin}, Catalogue {..}, cellar) -> do
    transfer <- draft admin location cellar [goods tea 1_000]
    let edit version = put admin ("/transfers/" <> transfer) (object ["lines" .= [goods tea 2_000], "version" .= n version])
    edited <- okay (edit 1)
    map whole [edited ! "head" ! "version", edited ! "lines" ! "0" ! "quantity"] `shouldBe` [2, 2_000]
    edit 1 `refusedAs` (409, "version-conflict")
    post admin (at transfer "receive") (object ["lines" .= [arrived tea 2_000 Nothing]]) `refusedAs` (409, "wrong-state")
    _ <- okay (post admin (at transfer "send") Null)
    edit 3 `refusedAs` (409, "wrong-state")
    post admin (at transfer "cancel") Null `refusedAs` (409, "wrong-state")
    post admin (at transfer "send") Null `refusedAs` (409, "wrong-state")
    other <- draft admin location cellar [goods tea 1_000]
    cancelled <- okay (post admin (at other "cancel") Null)
    text (cancelled ! "head" ! "state") `shouldBe` "cancelled"
    post admin (at other "send") Null `refusedAs` (409, "wrong-state")
  it "refuses what is no transfer, and writes nothing" $ \(Shop {admin, owner}, Catalogue {..}, cellar) -> do
    transfer <- draft admin location cellar [goods tea 1_000, goods apples 500]
    _ <- okay (post admin (at transfer "send") Null)
    much <- draft admin location cellar [goods tea 900_000]
    before <- fingerprint owner
    let new from to given = post admin "/transfers" (object ["sourceId" .= from, "destinationId" .= to, "lines" .= (given :: [Value])])
        receive given = post admin (at transfer "receive") (object ["lines" .= (given :: [Value])])
        nobody = "ffffffff-ffff-4fff-bfff-ffffffffffff"
    new location location [goods tea 1_000] `refusedAs` (422, "invalid-value")
    new location cellar [] `refusedAs` (422, "invalid-value")
    new location cellar [goods tea 1_000, goods tea 1_000] `refusedAs` (422, "invalid-value")
    new location cellar [goods tea 1_500] `refusedAs` (422, "invalid-value")
    new location cellar [goods gift 1_000] `refusedAs` (422, "invalid-value")
    new location cellar [goods nobody 1_000] `refusedAs` (422, "unknown-reference")
    new location nobody [goods tea 1_000] `refusedAs` (422, "unknown-reference")
    new location cellar [goods tea (-1_000)] `refusedAs` (400, "malformed-request")
    new location cellar [goods tea 1_000_000_001] `refusedAs` (400, "malformed-request")
    receive [arrived tea 1_000 Nothing] `refusedAs` (422, "invalid-value")
    receive [arrived tea 1_000 Nothing, arrived tea 1_000 Nothing] `refusedAs` (422, "invalid-value")
    receive [arrived tea (-1_000) Nothing, arrived apples 500 Nothing] `refusedAs` (400, "malformed-request")
    receive [arrived tea 1_000 Nothing, arrived gift 500 Nothing] `refusedAs` (422, "invalid-value")
    post admin (at much "send") Null `refusedAs` (409, "insufficient-stock")
    get admin ("/transfers/" <> nobody) `refusedAs` (404, "not-found")
    post admin (at nobody "send") Null `refusedAs` (404, "not-found")
    fingerprint owner `shouldReturn` before
  it "lists those of a location, the newest first, in pages" $ \(Shop {admin}, Catalogue {..}, cellar) -> do
    first <- okay (get admin ("/locations/" <> cellar <> "/transfers?limit=4"))
    rest <- okay (get admin ("/locations/" <> location <> "/transfers?limit=4&after=" <> text (first ! "next")))
    let states page = [text (row ! "state") | row <- rowsOf (page ! "items")]
    states first <> states rest `shouldBe` ["draft", "sent", "cancelled", "sent", "received", "received"]
  it "lets each end do its part, where a role is held" $ \(Shop {app, admin}, Catalogue {..}, cellar) -> do
    _ <- okay (post admin "/staff" (object ["email" .= s "stock@example.org", "name" .= s "Stock", "password" .= s "long enough", "grants" .= [object ["role" .= s "stock-clerk", "locationId" .= location]]]))
    _ <- okay (post admin "/staff" (object ["email" .= s "till@example.org", "name" .= s "Till", "password" .= s "long enough", "grants" .= [object ["role" .= s "cashier"]]]))
    clerk <- logInAs app "corner" "stock@example.org" "long enough"
    cashier <- logInAs app "corner" "till@example.org" "long enough"
    transfer <- draft clerk location cellar [goods tea 1_000]
    post cashier (at transfer "send") Null `refusedAs` (403, "forbidden")
    _ <- okay (post clerk (at transfer "send") Null)
    _ <- okay (get cashier ("/transfers/" <> transfer))
    post clerk (at transfer "receive") (object ["lines" .= [arrived tea 1_000 Nothing]]) `refusedAs` (403, "forbidden")
    post clerk "/transfers" (object ["sourceId" .= cellar, "destinationId" .= location, "lines" .= [goods tea 1_000]]) `refusedAs` (403, "forbidden")
  where
    s = id :: Text -> Text
    n = id :: Int -> Int
    at transfer action = "/transfers/" <> transfer <> "/" <> action :: Text
    draft client from to given = text . (! "transferId") . (! "head") <$> okay (post client "/transfers" (object ["sourceId" .= from, "destinationId" .= to, "lines" .= (given :: [Value])]))
    -- On hand here and there, and on its way there.
    both client here there variant = (,,) <$> level client here variant "onHand" <*> level client there variant "onHand" <*> level client there variant "incoming"

movements :: Connection -> Text -> IO [(Text, Integer)]
movements owner document = query owner "select reason, change from stock_movement where document = ?::uuid order by change, reason" [Text.unpack document]
