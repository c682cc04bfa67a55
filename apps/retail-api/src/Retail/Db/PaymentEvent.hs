-- | The provider's messages, and the secrets that they are signed with.
module Retail.Db.PaymentEvent
  ( findSecrets,
    setSecret,
    keepEvent,
    takeEvent,
    markEvent,
    listEvents,
    waitingEvents,
    expiredOrders,
  )
where

import Control.Monad (void)
import Data.ByteString (ByteString)
import Data.Text (Text)
import Data.Time (UTCTime)
import Database.PostgreSQL.Simple
import Retail.Contract.Client
import Retail.Db.Field ()
import Retail.Db.Row
import Retail.Db.Transaction
import Retail.Domain.Id

type Organisation = Id "organisation"

-- | Of the organisation with this short name: the secret, and the one before.
findSecrets :: Database -> Text -> IO (Maybe (Organisation, [ByteString]))
findSecrets database slug = do
  rows <- readAnywhere database "select * from find_payment_secret(?)" [slug]
  pure ((\(organisation, Binary secret, previous) -> (organisation, secret : maybe [] (pure . fromBinary) previous)) <$> one rows)

setSecret :: Connection -> ByteString -> IO UTCTime
setSecret connection secret =
  fromOnly
    <$> ( justOne
            =<< query
              connection
              "insert into payment_secret as known (secret) values (?) \
              \on conflict (organisation) do update set previous = known.secret, secret = excluded.secret, set_at = now() returning set_at"
              [Binary secret]
        )

-- | As it came. Nothing happens if it is there already.
keepEvent :: Connection -> Text -> Text -> ByteString -> IO ()
keepEvent connection event kind body =
  void (execute connection "insert into payment_event (id, kind, body) values (?, ?, ?) on conflict do nothing" (event, kind, Binary body))

-- | What it said, if it still waits and nobody else is at it.
takeEvent :: Connection -> Text -> IO (Maybe ByteString)
takeEvent connection event =
  fmap (fromBinary . fromOnly) . one <$> query connection "select body from payment_event where id = ? and state = 'waiting' for update skip locked" [event]

markEvent :: Connection -> Text -> Text -> Text -> IO ()
markEvent connection event state detail =
  void (execute connection "update payment_event set state = ?, detail = ? where id = ?" (state, detail, event))

-- | The newest first, after the given one.
listEvents :: Database -> Organisation -> Maybe Text -> Int -> IO [PaymentEventKept]
listEvents database organisation after limit =
  readTenant
    database
    organisation
    "select id, kind, state, detail, received_at from payment_event \
    \where ?::text is null or (received_at, id) < (select received_at, id from payment_event where id = ?) order by received_at desc, id desc limit ?"
    (after, after, limit)

-- | Of all organisations.
waitingEvents :: Database -> Int -> IO [(Organisation, Text)]
waitingEvents database most = readAnywhere database "select * from waiting_payment_events(?)" [most]

expiredOrders :: Database -> Int -> IO [(Organisation, Id "web-order")]
expiredOrders database most = readAnywhere database "select * from expired_orders(?)" [most]
