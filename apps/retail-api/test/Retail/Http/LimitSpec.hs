module Retail.Http.LimitSpec (spec) where

import Control.Concurrent.Async (replicateConcurrently, replicateConcurrently_)
import Control.Monad (forM, forM_, replicateM, replicateM_)
import Data.Aeson (encode, object, (.=))
import Data.ByteString.Char8 qualified as Bytes
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Text.Encoding (encodeUtf8)
import Data.Time (addUTCTime, getCurrentTime)
import Database.PostgreSQL.Simple (Only (..), execute_, query_)
import Retail.App.Attempts (addressOf)
import Retail.App.Sweep (sweep)
import Support.Shop
import Test.Hspec

spec :: Spec
spec = onShop $ do
  it "makes the sixth wrong password wait, and the right one with it, for an account that is there or is not" $ \shop@Shop {setClock} -> do
    now <- getCurrentTime
    setClock now
    told <- forM ["ada@example.org", "nobody@example.org"] $ \email -> do
      first <- replicateM 5 (try' shop "10.0.0.1" email "wrong")
      blocked <- try' shop "10.0.0.2" email "correct horse"
      pure ([status reply | reply <- first], status blocked, lookup "Retry-After" (headers blocked), bytes blocked)
    told `shouldBe` replicate 2 (replicate 5 401, 429, Just "1", let (_, _, _, body) = last told in body)
    try' shop "10.0.0.2" "ada@example.org" "correct horse" `refusedAs` (429, "too-many-attempts")
    setClock (addUTCTime 1 now)
    try' shop "10.0.0.2" "ada@example.org" "wrong" `refusedAs` (401, "wrong-credentials")
    waiting <- try' shop "10.0.0.2" "ada@example.org" "correct horse"
    lookup "Retry-After" (headers waiting) `shouldBe` Just "2"
    setClock (addUTCTime 3 now)
    status <$> try' shop "10.0.0.2" "ada@example.org" "correct horse" `shouldReturn` 200
    -- The right one ended it.
    replicateM 4 (status <$> try' shop "10.0.0.2" "ada@example.org" "wrong") `shouldReturn` replicate 4 401
    status <$> try' shop "10.0.0.2" "ada@example.org" "correct horse" `shouldReturn` 200
  it "doubles the wait, up to a quarter of an hour" $ \shop@Shop {setClock} -> do
    start <- getCurrentTime
    let go _ [] = pure ()
        go at (wait : rest) = do
          setClock (addUTCTime at start)
          try' shop "10.0.1.1" "eve@example.org" "wrong" `refusedAs` (401, "wrong-credentials")
          blocked <- try' shop "10.0.1.1" "eve@example.org" "wrong"
          lookup "Retry-After" (headers blocked) `shouldBe` Just (Bytes.pack (show wait))
          go (at + fromIntegral (wait :: Int)) rest
    replicateM_ 4 (try' shop "10.0.1.1" "eve@example.org" "wrong")
    go 0 [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
  it "limits an address over all accounts, and only that" $ \shop@Shop {setClock} -> do
    now <- getCurrentTime
    setClock (addUTCTime 7_200 now)
    forM_ [1 .. 30 :: Int] $ \number -> try' shop "10.0.2.1" (Text.pack (show number)) "wrong" `refusedAs` (401, "wrong-credentials")
    try' shop "10.0.2.1" "ada@example.org" "correct horse" `refusedAs` (429, "too-many-attempts")
    status <$> try' shop "10.0.2.2" "ada@example.org" "correct horse" `shouldReturn` 200
  it "counts guesses that are made at once" $ \shop@Shop {setClock} -> do
    now <- getCurrentTime
    setClock (addUTCTime 9_000 now)
    replies <- replicateConcurrently 12 (try' shop "10.0.3.1" "many@example.org" "wrong")
    length (filter ((== 401) . status) replies) `shouldBe` 5
  it "believes the proxies that there are, and no more of X-Forwarded-For" $ \_ -> do
    addressOf 0 "10.0.0.1:4711" (Just "1.2.3.4") `shouldBe` "10.0.0.1"
    addressOf 0 "[::1]:4711" Nothing `shouldBe` "[::1]"
    addressOf 1 "10.0.0.1:4711" (Just "6.6.6.6, 1.2.3.4") `shouldBe` "1.2.3.4"
    addressOf 2 "10.0.0.1:4711" (Just "6.6.6.6, 1.2.3.4 , 10.0.0.9") `shouldBe` "1.2.3.4"
    addressOf 2 "10.0.0.1:4711" (Just "1.2.3.4") `shouldBe` "10.0.0.1"
  it "forgets old keys, sessions and attempts, however many sweep, and no others" $ \Shop {admin, owner, running, setClock} -> do
    now <- getCurrentTime
    setClock now
    _ <- okay (post admin "/locations" (object ["name" .= ("North" :: Text)]))
    _ <- okay (post admin "/locations" (object ["name" .= ("South" :: Text)]))
    _ <- execute_ owner "update idempotency set created_at = now() - interval '25 hours' where key = (select key from idempotency limit 1)"
    _ <- execute_ owner "update staff_session set expires_at = now() - interval '25 hours' where token_hash = (select token_hash from staff_session order by created_at desc limit 1)"
    _ <- execute_ owner "update login_attempt set last_at = now() - interval '25 hours'"
    before <- query_ owner "select (select count(*) from idempotency), (select count(*) from staff_session)"
    replicateConcurrently_ 4 (sweep running)
    after <- query_ owner "select (select count(*) from idempotency), (select count(*) from staff_session)"
    after `shouldBe` [(keys - 1, sessions - 1) | (keys, sessions) <- before :: [(Int, Int)]]
    left <- query_ owner "select count(*) from login_attempt"
    left `shouldBe` [Only (0 :: Int)]
  where
    try' :: Shop -> Text -> Text -> Text -> IO Reply
    try' Shop {app} address email password =
      send Client {application' = app, cookie = ""} "POST" "/login" [("X-Forwarded-For", encodeUtf8 address)] (encode (object ["organisation" .= ("corner" :: Text), "email" .= email, "password" .= password]))
