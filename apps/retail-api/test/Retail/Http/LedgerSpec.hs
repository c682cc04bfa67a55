module Retail.Http.LedgerSpec (spec) where

import Control.Concurrent.Async (forConcurrently_)
import Control.Monad (forM_)
import Data.Aeson (Value (..), object, (.=))
import Data.IORef
import Data.Text (Text)
import Data.Text qualified as Text
import Data.UUID.V4 qualified as V4
import Database.PostgreSQL.Simple
import Support.Shop
import Test.Hspec
import Test.QuickCheck

data Step = Sell Int | SellOnCard Int | GiveBack Int | Receive Int | Adjust Int | Declined Int
  deriving stock (Show)

-- | What four tills and a stock room do at the same time.
spec :: Spec
spec = onShop $
  it "keeps ledger, levels, payments and receipts in agreement under random interleavings" $ \Shop {admin, owner} -> do
    Catalogue {..} <- stocked admin
    sessions <- traverse (openAnother admin location) [2 .. 4 :: Int]
    sold <- newIORef []
    plans <- generate (vectorOf 4 (vectorOf 40 someStep))
    forConcurrently_ (zip (session : sessions) plans) $ \(own, plan) ->
      forM_ plan (take' admin sold location own tea apples)
    forM_ invariants $ \(name, statement) -> do
      broken <- query_ owner statement
      (name, broken :: [Only Text]) `shouldBe` (name, [])
    [Only sales] <- query_ owner "select count(*) from sale where state = 'completed'"
    sales `shouldSatisfy` (> (20 :: Int))

someStep :: Gen Step
someStep =
  frequency
    [ (6, Sell <$> choose (1, 9)),
      (2, SellOnCard <$> choose (1, 9)),
      (2, GiveBack <$> choose (1, 3)),
      (2, Receive <$> choose (1, 20)),
      (1, Adjust <$> choose (-9, 9)),
      (1, Declined <$> choose (1, 9))
    ]

openAnother :: Client -> Text -> Int -> IO Text
openAnother client location number = do
  till <- text . (! "tillId") <$> okay (post client "/tills" (object ["name" .= ("Till " <> show number), "locationId" .= location]))
  text . (! "tillSessionId") <$> okay (post client "/till-sessions" (object ["tillId" .= till, "openingFloat" .= n 0]))

n :: Int -> Int
n = id

-- | Refusals for want of stock or money are as good as successes: what must hold holds after both.
take' :: Client -> IORef [Text] -> Text -> Text -> Text -> Text -> Step -> IO ()
take' client sold location session tea apples = \case
  Sell count -> checkout count [object ["method" .= s "cash", "amount" .= n 100_000]]
  SellOnCard count -> checkout count [object ["method" .= s "card", "amount" .= n 100, "card" .= s "token"], object ["method" .= s "cash", "amount" .= n 100_000]]
  Declined count -> checkout count [object ["method" .= s "card", "amount" .= n 100, "card" .= s "declined"]]
  GiveBack count -> do
    candidates <- readIORef sold
    forM_ (take 1 candidates) $ \sale ->
      orderly (post client ("/sales/" <> sale <> "/refunds") (object ["tillSessionId" .= session, "lines" .= [object ["position" .= n 1, "quantity" .= n (count * 1_000), "restock" .= True]], "method" .= s "cash", "paymentId" .= Null]))
  Receive count -> moved "receipt" (count * 1_000)
  Adjust count -> moved "adjustment" (count * 1_000)
  where
    s = id :: Text -> Text
    checkout count tenders = do
      sale <- Text.pack . show <$> V4.nextRandom
      -- Both orders of the variants, so that two sales meet head on.
      let given = (if even count then id else reverse) [line tea (count * 1_000), line apples (count * 333)]
      Reply {status} <- post client "/checkouts" (object ["saleId" .= sale, "tillSessionId" .= session, "cart" .= cartOf given, "tenders" .= tenders])
      status `shouldSatisfy` (`elem` [200, 402, 409, 422])
      if status == 200 then atomicModifyIORef' sold (\known -> (sale : known, ())) else pure ()
    moved reason change = orderly (post client "/stock-changes" (object ["variantId" .= tea, "locationId" .= location, "change" .= change, "reason" .= s reason]))
    orderly asking = asking >>= \Reply {status} -> status `shouldSatisfy` (`elem` [200, 409, 422])

-- | Each gives the rows that break it.
invariants :: [(Text, Query)]
invariants =
  [ ("ledger replay equals the projection", "select variant::text from stock_level full join (select variant, location, sum(change) as total from stock_movement group by 1, 2) ledger using (variant, location) where on_hand is distinct from total"),
    ("nothing is below zero", "select variant::text from stock_level where on_hand - reserved < 0"),
    ("every completed sale moved its tracked lines", "select sale.id::text from sale join sale_line on sale_line.sale = sale.id and tracked where state = 'completed' and not exists (select from stock_movement where document = sale.id and stock_movement.variant = sale_line.variant and reason = 'sale')"),
    ("payments cover each sale", "select sale.id::text from sale left join payment on payment.sale = sale.id and payment.state = 'settled' where sale.state = 'completed' group by sale.id, total, rounding having coalesce(sum(payment.amount), 0) <> total + rounding"),
    ("lines sum to their sale", "select sale.id::text from sale join sale_line on sale_line.sale = sale.id group by sale.id, sale.total having sum(sale_line.total) <> sale.total"),
    ("receipts have no gap and no double", "select till::text from (select till, receipt from sale where receipt is not null union all select till, receipt from refund) numbers group by till having count(*) <> max(receipt) or count(distinct receipt) <> count(*)"),
    ("no line is given back more than once", "select sale::text from refund_line join sale_line using (sale, position) group by sale, position, sale_line.quantity having sum(refund_line.quantity) > sale_line.quantity")
  ]
