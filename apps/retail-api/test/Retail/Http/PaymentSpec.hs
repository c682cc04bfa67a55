module Retail.Http.PaymentSpec (spec) where

import Control.Concurrent.Async (replicateConcurrently_)
import Control.Monad (forM_)
import Data.Aeson (Value (..), encode, object, (.=))
import Data.ByteString (ByteString)
import Data.ByteString.Lazy qualified as Lazy
import Data.List (permutations)
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Time (getCurrentTime)
import Data.Time.Clock.POSIX (utcTimeToPOSIXSeconds)
import Database.PostgreSQL.Simple (Binary (..), Only (..), execute, query, query_)
import Retail.App.Signature (signed)
import Retail.App.Sweep (sweep)
import Support.Shop
import Test.Hspec

data Inbox = Inbox {shop :: Shop, goods :: Catalogue, order :: Text}

spec :: Spec
spec = aroundAll inbox $ do
  it "takes what is signed with the organisation's secret, now, and nothing else" $ \Inbox {shop = shop@Shop {app, admin, owner}, order} -> do
    rival <- newShop shop "rival"
    _ <- okay (put rival "/payment-secret" (object ["secret" .= text' "another secret of 32 characters!"]))
    now <- round . utcTimeToPOSIXSeconds <$> getCurrentTime
    let body = Lazy.toStrict (encode (message "evt_bad" "payment.settled" order "ch_bad" 399))
        try' slug header = send Client {application' = app, cookie = ""} "POST" ("/webhooks/payments/" <> slug) (maybe [] (\one -> [("Webhook-Signature", one)]) header) (Lazy.fromStrict body)
    before <- fingerprint owner
    forM_
      [ ("corner", Nothing),
        ("corner", Just ""),
        ("corner", Just "t=,v1="),
        ("corner", Just ("t=99999999999999999999," <> snd' (signed secret' now body))),
        ("corner", Just (signed "another secret of 32 characters!" now body)),
        ("corner", Just (signed secret' now (body <> " "))),
        ("corner", Just (signed secret' (now - 301) body)),
        ("corner", Just (signed secret' (now + 305) body)),
        ("corner", Just (signed "" now body)),
        ("rival", Just (signed secret' now body)),
        ("nowhere", Just (signed secret' now body))
      ]
      $ \(slug, header) -> try' slug header `refusedAs` (401, "unauthenticated")
    forM_ ["", "{", "[]", "{\"eventId\":1,\"kind\":\"x\"}", "{\"eventId\":\"\",\"kind\":\"x\"}", "{\"eventId\":\"a\\u0000\",\"kind\":\"x\"}"] $ \garbage ->
      send Client {application' = app, cookie = ""} "POST" "/webhooks/payments/corner" [("Webhook-Signature", signed secret' now (Lazy.toStrict garbage))] garbage
        `refusedAs` (400, "malformed-request")
    fingerprint owner `shouldReturn` before
    put admin "/payment-secret" (object ["secret" .= text' "short"]) `refusedAs` (422, "invalid-value")
  it "keeps what it does not understand, or does not concern it, and does nothing" $ \Inbox {shop = Shop {app, admin, owner}, order} -> do
    sent app "rival" "another secret of 32 characters!" (message "evt_theirs" "payment.settled" order "ch_theirs" 399)
    forM_
      [ message "evt_new" "payment.sideways" order "ch_x" 399,
        message "evt_nobody" "payment.settled" "ffffffff-ffff-4fff-bfff-ffffffffffff" "ch_x" 399,
        message "evt_zero" "payment.settled" order "ch_x" 0,
        message "evt_undue" "refund.settled" order "ch_x" 399,
        object ["eventId" .= text' "evt_usd", "kind" .= text' "payment.settled", "orderId" .= order, "payment" .= text' "ch_x", "amount" .= (399 :: Int), "currency" .= text' "USD"],
        object ["eventId" .= text' "evt_odd", "kind" .= text' "payment.settled", "amount" .= text' "399"]
      ]
      (sent app "corner" secret')
    kept <- okay (get admin "/payment-events?limit=200")
    [(text (one ! "eventId"), text (one ! "state")) | one <- rowsOf (kept ! "items")] `shouldMatchList` [("evt_" <> name, "unknown") | name <- ["new", "nobody", "zero", "undue", "usd", "odd"]]
    money <- query_ owner "select count(*) from order_payment"
    money `shouldBe` [Only (0 :: Int)]
    get' <- okay (get admin ("/orders/" <> order))
    text (get' ! "head" ! "state") `shouldBe` "placed"
  it "acts once on what comes twice, whatever it says the second time" $ \Inbox {shop = Shop {app, admin, owner}, order} -> do
    let told = sent app "corner" secret'
    told (message "evt_once" "payment.settled" order "ch_once" 200)
    before <- fingerprint owner
    told (message "evt_once" "payment.settled" order "ch_once" 200)
    told (message "evt_once" "payment.settled" order "ch_twice" 199)
    fingerprint owner `shouldReturn` before
    -- The same said in another message changes no money either.
    told (message "evt_once_more" "payment.settled" order "ch_once" 200)
    seen <- okay (get admin ("/orders/" <> order))
    (text (seen ! "head" ! "state"), whole (seen ! "paid")) `shouldBe` ("placed", 200)
  it "ends in the same state, in whatever order the messages come" $ \Inbox {shop = Shop {app, admin}, goods = Catalogue {..}} -> do
    let kinds = ["authorised", "settled", "authorised", "failed"]
    forM_ (zip [0 :: Int ..] (permutations kinds)) $ \(round', arrived) -> do
      one <- placed admin location tea
      forM_ (zip [0 :: Int ..] arrived) $ \(number, kind) ->
        sent app "corner" secret' (message (Text.pack ("evt_" <> show round' <> "_" <> show number)) ("payment." <> kind) one (Text.pack ("ch_" <> show round')) 399)
      seen <- okay (get admin ("/orders/" <> one))
      (arrived, text (seen ! "head" ! "state"), whole (seen ! "paid"), whole (seen ! "toRefund")) `shouldBe` (arrived, "paid", 399, 0)
  it "acts later, once, on what was kept and not acted on, however many sweep" $ \Inbox {shop = Shop {owner, admin, running}, goods = Catalogue {..}} -> do
    one <- placed admin location tea
    let body = Lazy.toStrict (encode (message "evt_later" "payment.settled" one "ch_later" 399))
    _ <- execute owner "insert into payment_event (organisation, id, kind, body) select id, 'evt_later', 'payment.settled', ? from organisation where slug = 'corner'" [Binary body]
    replicateConcurrently_ 4 (sweep running)
    states <- query owner "select payment_event.state, web_order.state from payment_event, web_order where payment_event.id = 'evt_later' and web_order.id = ?" [one]
    states `shouldBe` [("applied" :: Text, "paid" :: Text)]
  it "honours the secret before the present one, and none before that" $ \Inbox {shop = Shop {app, admin}, order} -> do
    let given = Text.replicate 32
        asking secret = (\Reply {status} -> status) <$> tellPayment app "corner" secret (message "evt_once" "payment.settled" order "ch_once" 200)
    _ <- okay (put admin "/payment-secret" (object ["secret" .= given "a"]))
    traverse asking [secret', "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] `shouldReturn` [200, 200]
    _ <- okay (put admin "/payment-secret" (object ["secret" .= given "b"]))
    asking secret' `shouldReturn` 401
  where
    snd' = Lazy.toStrict . Lazy.drop 1 . Lazy.dropWhile (/= 44) . Lazy.fromStrict
    sent app slug secret one = tellPayment app slug secret one >>= \Reply {status} -> status `shouldBe` 200
    inbox use = withShop $ \shop@Shop {admin} -> do
      goods@Catalogue {..} <- stocked admin
      _ <- okay (put admin "/payment-secret" (object ["secret" .= text' "0123456789abcdef0123456789abcdef"]))
      order <- placed admin location tea
      use Inbox {..}

text' :: Text -> Text
text' = id

secret' :: ByteString
secret' = "0123456789abcdef0123456789abcdef"

placed :: Client -> Text -> Text -> IO Text
placed client location variant = do
  order <- newId
  _ <- okay (post client "/orders" (object ["orderId" .= order, "locationId" .= location, "delivery" .= text' "pick-up", "customer" .= text' "Eve", "email" .= text' "eve@example.org", "cart" .= cartOf [line variant 1_000]]))
  order <$ okay (post client ("/orders/" <> order <> "/place") (object ["version" .= (1 :: Int), "total" .= (399 :: Int)]))

message :: Text -> Text -> Text -> Text -> Int -> Value
message event kind order payment amount = object ["eventId" .= event, "kind" .= kind, "orderId" .= order, "payment" .= payment, "amount" .= amount, "currency" .= text' "EUR"]
