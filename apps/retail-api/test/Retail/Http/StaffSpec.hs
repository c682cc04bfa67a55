module Retail.Http.StaffSpec (spec) where

import Control.Monad (replicateM_)
import Data.Aeson (Value (..), encode, object, (.=))
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Time (addUTCTime, getCurrentTime)
import Data.UUID.V4 qualified as V4
import Database.PostgreSQL.Simple (execute_)
import Support.Shop
import Test.Hspec

spec :: Spec
spec = onShop $ do
  it "tells no wrong password from an unknown name or organisation" $ \Shop {app} -> do
    let nobody = Client {application' = app, cookie = ""}
        logIn slug email password = send nobody "POST" "/login" [] (encode (object ["organisation" .= s slug, "email" .= s email, "password" .= s password]))
    replies <- sequence [logIn "corner" "ada@example.org" "wrong", logIn "corner" "eve@example.org" "correct horse", logIn "nowhere" "ada@example.org" "correct horse"]
    map (\Reply {status, bytes} -> (status, bytes)) (drop 1 replies) `shouldBe` map (\Reply {status, bytes} -> (status, bytes)) (take 2 replies)
    logIn "corner" "ada@example.org" "wrong" `refusedAs` (401, "wrong-credentials")
  it "lets nobody in without a session, with another's token, or after logging out" $ \Shop {app} -> do
    get Client {application' = app, cookie = ""} "/me" `refusedAs` (401, "unauthenticated")
    get Client {application' = app, cookie = "retail_session=AAAA"} "/me" `refusedAs` (401, "unauthenticated")
    client <- logInAs app "corner" "ada@example.org" "correct horse"
    _ <- okay (get client "/me")
    Reply {status} <- send client "POST" "/logout" [] ""
    status `shouldBe` 204
    get client "/me" `refusedAs` (401, "unauthenticated")
  it "gives a cashier of one location what a cashier may, there" $ \Shop {app, admin} -> do
    Catalogue {..} <- stocked admin
    cellar <- text . (! "locationId") <$> okay (post admin "/locations" (object ["name" .= s "Cellar"]))
    _ <- hire admin "cash@example.org" "4321" [object ["role" .= s "cashier", "locationId" .= location]]
    cashier <- logInAs app "corner" "cash@example.org" "long enough"
    sale <- Text.pack . show <$> V4.nextRandom
    _ <- okay (post cashier "/checkouts" (checkoutOf session sale (cartOf [line tea 1_000]) 400))
    _ <- okay (get cashier ("/locations/" <> location <> "/stock"))
    get cashier ("/locations/" <> cellar <> "/stock") `refusedAs` (403, "forbidden")
    post cashier ("/sales/" <> sale <> "/refunds") (object ["tillSessionId" .= session, "lines" .= [object ["position" .= n 1, "quantity" .= n 1_000, "restock" .= True]], "method" .= s "cash", "paymentId" .= Null]) `refusedAs` (403, "forbidden")
    post cashier "/products" (object ["name" .= s "x", "taxCategoryId" .= category]) `refusedAs` (403, "forbidden")
    get cashier ("/sales/" <> sale) >>= \Reply {status} -> status `shouldBe` 200
    other <- Text.pack . show <$> V4.nextRandom
    let cart = object ["currency" .= s "EUR", "lines" .= [line tea 1_000], "discount" .= object ["percent" .= n 1_000]]
    post cashier "/checkouts" (checkoutOf session other cart 400) `refusedAs` (403, "forbidden")
  it "hires nobody with a short password or a PIN that is none" $ \Shop {admin} -> do
    let hiring password pin = post admin "/staff" (object ["email" .= s "x@example.org", "name" .= s "x", "password" .= s password, "pin" .= s pin, "grants" .= ([] :: [Value])])
    hiring "short" "1234" `refusedAs` (422, "invalid-value")
    hiring "long enough" "12a4" `refusedAs` (422, "invalid-value")
  it "locks a PIN after five wrong ones, also for the right one, until a quarter of an hour has passed" $ \Shop {admin, setClock} -> do
    staff <- hire admin "pin@example.org" "2468" [object ["role" .= s "supervisor"]]
    let try' pin = send admin "POST" "/pin" [] (encode (object ["staffId" .= staff, "pin" .= s pin]))
    replicateM_ 4 (try' "1111" `refusedAs` (401, "wrong-credentials"))
    switched <- okay (try' "2468")
    text (switched ! "staff" ! "staffId") `shouldBe` staff
    replicateM_ 5 (try' "1111" `refusedAs` (401, "wrong-credentials"))
    try' "2468" `refusedAs` (429, "pin-locked")
    now <- getCurrentTime
    setClock (addUTCTime (16 * 60) now)
    _ <- okay (try' "2468")
    try' "12" `refusedAs` (422, "invalid-value")
  it "ends a session when its time is over" $ \Shop {app, owner, setClock} -> do
    client <- logInAs app "corner" "ada@example.org" "correct horse"
    _ <- okay (get client "/me")
    _ <- execute_ owner "update staff_session set expires_at = now()"
    -- What was looked up before is remembered for five seconds.
    now <- getCurrentTime
    setClock (addUTCTime (17 * 60) now)
    get client "/me" `refusedAs` (401, "unauthenticated")
  where
    s = id :: Text -> Text
    n = id :: Int -> Int
    hire client email pin grants =
      text . (! "staffId") <$> okay (post client "/staff" (object ["email" .= s email, "name" .= s email, "password" .= s "long enough", "pin" .= s pin, "grants" .= (grants :: [Value])]))
