-- | A change that somebody asked for with an idempotency key: one transaction, in which the key, the answer and the
-- change are kept together. Asked again, the first answer comes back and nothing is done.
module Retail.App.Work
  ( Work (..),
    IdempotencyKey (..),
    Answer (..),
    mutate,
    freshId,
    note,
    noteBy,
  )
where

import Control.Monad (void)
import Crypto.Hash (Digest, SHA256, hashlazy)
import Data.Aeson.Encoding (unsafeToEncoding)
import Data.ByteArray (convert)
import Data.ByteString (ByteString)
import Data.ByteString qualified as Bytes
import Data.ByteString.Builder (lazyByteString)
import Data.ByteString.Lazy qualified as Lazy
import Data.Text (Text)
import Data.Text.Encoding (encodeUtf8)
import Data.UUID qualified as UUID
import Data.UUID.V5 qualified as V5
import Database.PostgreSQL.Simple
import Retail.App.Env
import Retail.App.Problem
import Retail.Contract.Wire
import Retail.Db.Field ()
import Retail.Db.Transaction
import Retail.Domain.Id (Id (..))
import Web.HttpApiData (FromHttpApiData (..))

newtype IdempotencyKey = IdempotencyKey UUID.UUID
  deriving newtype (Eq, Show)

instance FromHttpApiData IdempotencyKey where
  parseUrlPiece text = maybe (Left "must be a UUID") (Right . IdempotencyKey) (UUID.fromText text)

data Work = Work
  { env :: Env,
    actor :: Actor,
    key :: IdempotencyKey,
    connection :: Connection
  }

-- | The bytes of an answer, as they were sent the first time.
newtype Answer a = Answer Lazy.ByteString

instance Wire a => Wire (Answer a) where
  schema = schema @a
  encode (Answer bytes) = unsafeToEncoding (lazyByteString bytes)
  decode _ = complain "is only sent, never received"

-- | @place@ says which endpoint and which resource, so that a key cannot be used for another.
mutate :: (Wire request, Wire answer) => Env -> Actor -> IdempotencyKey -> Text -> request -> (Work -> IO answer) -> IO (Answer answer)
mutate env@Env {database} actor@Actor {organisation} key@(IdempotencyKey uuid) place request work =
  inTransaction database organisation $ \connection -> do
    -- Waits for a transaction that holds the same key, then sees what it did.
    claimed <- execute connection "insert into idempotency (key, request) values (?, ?) on conflict do nothing" (uuid, Binary fingerprint)
    if claimed == 1
      then do
        answer <- encodeBytes <$> work Work {..}
        void (execute connection "update idempotency set answer = ? where key = ?" (Binary answer, uuid))
        pure (Answer answer)
      else replay =<< query connection "select request, answer from idempotency where key = ?" [uuid]
  where
    fingerprint = convert (hashlazy (Lazy.fromStrict (encodeUtf8 place) <> "\n" <> encodeBytes request) :: Digest SHA256) :: ByteString
    replay = \case
      [(Binary before, Just (Binary answer))] | before == fingerprint -> pure (Answer answer)
      _ -> refuse KeyReused "This Idempotency-Key was used for another request."

-- | An id that is the same whenever the same request is tried again, and for no other tenant.
freshId :: Work -> Text -> Id kind
freshId Work {actor = Actor {organisation = Id organisation}, key = IdempotencyKey key} label =
  Id (V5.generateNamed key (Bytes.unpack (Lazy.toStrict (UUID.toByteString organisation) <> encodeUtf8 label)))

note :: Work -> Text -> Maybe (Id kind) -> Text -> IO ()
note Work {actor, connection} = noteBy connection actor

-- | For what is done without a key.
noteBy :: Connection -> Actor -> Text -> Maybe (Id kind) -> Text -> IO ()
noteBy connection Actor {staff} action subject detail =
  void (execute connection "insert into audit (staff, action, subject, detail) values (?, ?, ?, ?)" (staff, action, subject, detail))
