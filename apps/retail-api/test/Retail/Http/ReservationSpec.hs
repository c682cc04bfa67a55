module Retail.Http.ReservationSpec (spec) where

import Control.Concurrent (threadDelay)
import Control.Concurrent.Async (concurrently_, forConcurrently_, race_)
import Control.Monad (forM_, forever, unless, void, when)
import Data.Aeson (Value (..), object, (.=))
import Data.IORef
import Data.Text (Text)
import Database.PostgreSQL.Simple
import Network.Wai (Application)
import Retail.App.Env (Env)
import Retail.App.Sweep (sweep)
import Support.Shop
import Test.Hspec
import Test.QuickCheck

data Step = Order Int | Pay | HandOut Int | Cancel | RunOut | Sell Int | GiveBack | Receive Int
  deriving stock (Show)

-- | What was said to have happened: the model is a sum.
data Told = Told {shelf :: Int, orders :: [Text], sales :: [Text]}

-- | Web orders, tills and sweeps of two replicas at one shelf that is nearly empty.
spec :: Spec
spec = onShop $
  it "never sells what is held, and ends where the model does, under random interleavings" $ \Shop {admin, app, owner, running} -> do
    Catalogue {..} <- stocked admin
    _ <- okay (put admin "/payment-secret" (object ["secret" .= s "0123456789abcdef0123456789abcdef"]))
    _ <- okay (post admin "/stock-changes" (object ["variantId" .= tea, "locationId" .= location, "change" .= n (-60_000), "reason" .= s "adjustment"]))
    told <- newIORef Told {shelf = 40_000, orders = [], sales = []}
    url <- databaseOf owner
    plans <- generate (vectorOf 5 (vectorOf 40 someStep))
    let workers = forConcurrently_ plans $ \plan -> forM_ plan (take' admin app owner told location session tea)
        watching =
          connectPostgreSQL url >>= \watcher -> forever $ do
            below <- query_ watcher "select variant::text from stock_level where on_hand - reserved_now(location, variant) < 0"
            (below :: [Only Text]) `shouldBe` []
    race_ (watching `race_` concurrently_ (forever (sweep running)) (forever (sweep running))) workers
    sweepAll owner running
    Told {shelf, orders, sales} <- readIORef told
    outcomes <- traverse (\order -> okay (get admin ("/orders/" <> order))) orders
    let held = sum [whole (row ! "line" ! "quantity") - whole (row ! "fulfilled") | one <- outcomes, text (one ! "head" ! "state") `elem` ["placed", "paid", "part-fulfilled"], row <- rowsOf (one ! "lines")]
        handed = sum [whole (row ! "fulfilled") | one <- outcomes, row <- rowsOf (one ! "lines")]
    levels <- query owner "select on_hand, reserved, reserved_now(location, variant) from stock_level where variant = ?" [tea]
    levels `shouldBe` [(toInteger shelf - handed, held, held)]
    forM_ invariants $ \(name, statement) -> do
      broken <- query_ owner statement
      (name, broken :: [Only Text]) `shouldBe` (name, [])
    (length orders, length sales) `shouldSatisfy` \(placed, sold) -> placed > 5 && sold > 5

-- | A sweep that was interrupted holds its locks until PostgreSQL notices; what it was at is skipped so long.
sweepAll :: Connection -> Env -> IO ()
sweepAll owner running = do
  sweep running
  late <- query_ owner "select true from expired_orders(1)"
  unless (null (late :: [Only Bool])) (threadDelay 10_000 >> sweepAll owner running)

someStep :: Gen Step
someStep = frequency [(5, Order <$> choose (1, 6)), (4, pure Pay), (4, HandOut <$> choose (1, 6)), (2, pure Cancel), (3, pure RunOut), (4, Sell <$> choose (1, 5)), (1, pure GiveBack), (2, Receive <$> choose (1, 8))]

s :: Text -> Text
s = id

n :: Int -> Int
n = id

-- | Each is done or refused; another worker may have done the opposite just before.
take' :: Client -> Application -> Connection -> IORef Told -> Text -> Text -> Text -> Step -> IO ()
take' admin app owner told location session tea = \case
  Order count -> do
    order <- newId
    -- Both orders of the lines, as in a till's sales.
    _ <- okay (post admin "/orders" (object ["orderId" .= order, "locationId" .= location, "delivery" .= s "pick-up", "customer" .= s "Eve", "email" .= s "eve@example.org", "cart" .= cartOf [line tea (count * 1_000), line tea 1_000]]))
    placed <- did (post admin ("/orders/" <> order <> "/place") (object ["version" .= n 1, "total" .= n ((count + 1) * 399)]))
    when placed (adjust (\so@Told {orders} -> so {orders = order : orders}))
  Pay -> withOrder $ \order -> do
    event <- newId
    Reply {status} <- tellPayment app "corner" "0123456789abcdef0123456789abcdef" (object ["eventId" .= event, "kind" .= s "payment.settled", "orderId" .= order, "payment" .= ("ch_" <> order), "amount" .= n 10_000, "currency" .= s "EUR"])
    status `shouldBe` 200
  HandOut count -> withOrder $ \order -> void (did (post admin ("/orders/" <> order <> "/fulfilments") (object ["lines" .= [object ["position" .= n 1, "quantity" .= n (count * 500)]]])))
  Cancel -> withOrder $ \order -> void (did (post admin ("/orders/" <> order <> "/cancel") Null))
  RunOut -> withOrder $ \order -> do
    -- As time would do it: both or neither, and only while it is unpaid.
    void $
      execute
        owner
        "with late as (update web_order set expires_at = now() - interval '1 ms' where id = ? and state = 'placed' returning id) \
        \update reservation set expires_at = now() - interval '1 ms' from late where web_order = late.id and expires_at is not null"
        [order]
  Sell count -> do
    sale <- newId
    sold <- did (post admin "/checkouts" (checkoutOf session sale (cartOf [line tea (count * 1_000)]) 100_000))
    when sold (adjust (\so@Told {shelf, sales} -> so {shelf = shelf - count * 1_000, sales = sale : sales}))
  GiveBack -> do
    Told {sales} <- readIORef told
    forM_ (take 1 sales) $ \sale -> do
      back <- did (post admin ("/sales/" <> sale <> "/refunds") (object ["tillSessionId" .= session, "lines" .= [object ["position" .= n 1, "quantity" .= n 1_000, "restock" .= True]], "method" .= s "cash", "paymentId" .= Null]))
      when back (adjust (\so@Told {shelf} -> so {shelf = shelf + 1_000}))
  Receive count -> do
    came <- did (post admin "/stock-changes" (object ["variantId" .= tea, "locationId" .= location, "change" .= n (count * 1_000), "reason" .= s "receipt"]))
    when came (adjust (\so@Told {shelf} -> so {shelf = shelf + count * 1_000}))
  where
    adjust change = atomicModifyIORef' told (\so -> (change so, ()))
    withOrder use = do
      Told {orders} <- readIORef told
      index <- generate (choose (0, 7))
      forM_ (take 1 (drop index orders)) use
    did asking = do
      reply@Reply {status} <- asking
      reply `shouldSatisfy` const (status `elem` [200, 409, 422])
      pure (status == 200)

-- | Each gives the rows that break it.
invariants :: [(Text, Query)]
invariants =
  [ ("ledger replay equals the projection", "select variant::text from stock_level full join (select variant, location, sum(change) as total from stock_movement group by 1, 2) ledger using (variant, location) where on_hand is distinct from total"),
    ("what is reserved is the sum of the reservations", "select variant::text from stock_level left join (select variant, location, sum(quantity) as total from reservation group by 1, 2) held using (variant, location) where reserved <> coalesce(total, 0)"),
    ("what is reserved is what is outstanding", "select order_line.web_order::text from order_line join web_order on web_order.id = order_line.web_order left join reservation on reservation.web_order = order_line.web_order and reservation.position = order_line.position where state in ('placed', 'paid', 'part-fulfilled') and tracked and order_line.quantity - fulfilled <> coalesce(reservation.quantity, 0)"),
    ("what is over holds nothing", "select web_order::text from reservation join web_order on web_order.id = reservation.web_order where state in ('draft', 'fulfilled', 'cancelled', 'expired')"),
    ("every fulfilment moved its goods", "select fulfilment::text from fulfilment_line join order_line using (web_order, position) group by fulfilment having sum(fulfilment_line.quantity) <> -(select sum(change) from stock_movement where document = fulfilment)"),
    ("money is kept, or goes back", "select web_order.id::text from web_order join order_payment on order_payment.web_order = web_order.id group by web_order.id, web_order.state, total having coalesce(sum(order_payment.amount) filter (where charge is null and order_payment.state = 'settled'), 0) - coalesce(sum(order_payment.amount) filter (where charge is not null), 0) <> case when web_order.state in ('cancelled', 'expired') then 0 else total end")
  ]
